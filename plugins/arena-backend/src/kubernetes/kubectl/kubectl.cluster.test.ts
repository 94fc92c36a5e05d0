import { useCluster } from '@backstage-arena/arena-devcluster';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';

jest.setTimeout(60_000);

const TIME = '2026-01-01T00:00:00Z';

/** What somebody sees who never opens the portal. Statuses are written here as the controller writes them. */
describe('kubectl', () => {
  const { cluster, createNamespace, get } = useCluster();
  let namespace: string;

  beforeAll(async () => {
    namespace = await createNamespace('kubectl');
  });

  function kubectl(...args: string[]): Promise<string> {
    return cluster.kubectl([...args, '-n', namespace]);
  }

  function manifest(name: string, spec: object = {}): string {
    return JSON.stringify({
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaJob',
      metadata: { name },
      spec: { sourceRef: { name: 'bundle' }, trials: 2, ...spec },
    });
  }

  function apply(name: string, args: string[] = [], spec: object = {}) {
    return cluster.kubectl(['apply', '-f', '-', '-n', namespace, ...args], {
      input: manifest(name, spec),
    });
  }

  function observe(name: string, status: object): Promise<string> {
    return kubectl(
      ...['patch', 'aj', name, '--subresource=status', '--type=merge'],
      ...['-p', JSON.stringify({ status })],
    );
  }

  const running = {
    phase: 'Running',
    run: { id: 'run-1', attempt: 1 },
    progress: { total: 10, completed: 3, failed: 1, pending: 6 },
    activeWorkers: 2,
    conditions: [
      {
        type: 'Progressing',
        status: 'True',
        reason: 'JobRunning',
        message: 'The job is running',
        lastTransitionTime: TIME,
        observedGeneration: 1,
      },
    ],
  };

  /** Lines of a table, each as its cells. */
  function cells(table: string): string[][] {
    return table
      .trim()
      .split('\n')
      .map(line => line.trim().split(/\s{2,}/));
  }

  it('shows jobs at a glance, and more with -o wide', async () => {
    await apply('glance');
    await observe('glance', running);
    const [head, row] = cells(await kubectl('get', 'aj', 'glance'));
    expect(head).toEqual(
      'NAME SOURCE TYPE PHASE PASSED FAILED TOTAL AGE'.split(' '),
    );
    expect(row.slice(0, -1)).toEqual(
      'glance bundle evaluation Running 3 1 10'.split(' '),
    );
    const [wide, more] = cells(
      await kubectl('get', 'aj', 'glance', '-o', 'wide'),
    );
    expect(wide.slice(8)).toEqual('REASON WORKERS SCHEDULE RESULT'.split(' '));
    expect(more.slice(8)).toEqual(['JobRunning', '2']);
    expect(await kubectl('get', 'arena')).toContain('glance');
    expect(
      await kubectl(
        ...['get', 'aj', '-o', 'name'],
        ...['--field-selector', 'status.phase=Running'],
      ),
    ).toBe('arenajob.omnia.altairalabs.ai/glance\n');
  });

  it('explains every field', async () => {
    expect(await kubectl('explain', 'aj.spec.trials')).toContain(
      'How often each cell of the matrix is run.',
    );
  });

  it('waits for success, and for any end', async () => {
    await apply('waited');
    const waiting = Promise.all([
      kubectl(
        ...['wait', 'aj/waited', '--timeout=30s'],
        '--for=condition=Ready',
      ),
      kubectl(
        ...['wait', 'aj/waited', '--timeout=30s'],
        '--for=jsonpath={.status.completionTime}',
      ),
    ]);
    await observe('waited', {
      phase: 'Succeeded',
      completionTime: TIME,
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'Succeeded',
          message: 'All items passed',
          lastTransitionTime: TIME,
          observedGeneration: 1,
        },
      ],
    });
    expect(await waiting).toEqual([
      'arenajob.omnia.altairalabs.ai/waited condition met\n',
      'arenajob.omnia.altairalabs.ai/waited condition met\n',
    ]);
  });

  it.each([
    ['kubectl apply', []],
    ['server-side apply', ['--server-side', '--field-manager=gitops']],
  ])('disturbs no run when a manifest comes again: %s', async (_, args) => {
    const name = `again-${args.length}`;
    await apply(name, args);
    await observe(name, running);
    await kubectl(
      ...['patch', 'aj', name, '--type=merge'],
      ...['-p', '{"spec":{"cancelled":true}}'],
    );
    const before = await get<ArenaJob>('aj', name, '-n', namespace);
    await apply(name, args);
    const after = await get<ArenaJob>('aj', name, '-n', namespace);
    expect(after).toEqual(before);
    expect(after.spec.cancelled).toBe(true);
    expect(after.status).toMatchObject(running);
  });

  it('says which field of a running job cannot be changed', async () => {
    await apply('edited');
    await observe('edited', running);
    await expect(apply('edited', [], { trials: 3 })).rejects.toThrow(
      'The ArenaJob "edited" is invalid: spec.trials: Forbidden: cannot be changed once the job has a run; create another ArenaJob to run something else',
    );
    await apply('edited', [], { workers: { replicas: 3 } });
  });

  it('says which field there is not', async () => {
    await expect(apply('misspelt', [], { trails: 3 })).rejects.toThrow(
      'unknown field "spec.trails"',
    );
  });
});
