import { MockLlm, startMockLlm } from '@backstage-arena/arena-devcluster';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { join } from 'node:path';
import { writeSlowBundle } from '../../__testUtils__/slowBundle';
import { useClusterPortal } from './__testUtils__/useClusterPortal';

jest.setTimeout(180_000);

const KEY = 'sk-lent-5b1f0c7e93';
const TRIALS = 40;

function jobCreated({ status }: ArenaJob) {
  return status?.conditions?.find(({ type }) => type === 'JobCreated');
}

/** The object that a refusal names. */
function named(job: ArenaJob) {
  const message = jobCreated(job)?.message ?? '';
  return JSON.parse(/this object: (\{.*\})$/.exec(message)![1]);
}

describe('a grant between namespaces of a cluster', () => {
  let model: MockLlm;
  const portal = useClusterPortal({
    prefix: 'borrower',
    otherNamespaces: ['lender'],
    async bundles(folder, { hostAddress: host }) {
      model = await startMockLlm({
        host,
        latencyMs: 300,
        reply: ({ headers }) =>
          headers.authorization === `Bearer ${KEY}`
            ? { text: 'pong' }
            : { status: 401, message: 'who are you?' },
      });
      portal.cleanups.push(() => model.stop());
      writeSlowBundle(join(folder, 'slow'), { url: model.url, concurrency: 2 });
    },
  });
  const { cluster, waitForJob, finish } = portal;
  let lender: string;

  const refused = (name: string, reason: string) =>
    waitForJob(name, job => jobCreated(job)?.reason === reason);
  const createJob = (name: string, namespace: string) =>
    portal.create('ArenaJob', name, {
      sourceRef: { name: 'slow' },
      providers: { default: [{ providerRef: { name: 'gpt', namespace } }] },
      trials: TRIALS,
    });

  beforeAll(async () => {
    [lender] = portal.otherNamespaces;
    await portal.create('ArenaSource', 'slow', {
      type: 'workspace',
      workspace: { path: 'slow' },
    });
    await portal.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'model', namespace: lender },
      stringData: { key: KEY },
    });
    await portal.create(
      'Provider',
      'gpt',
      {
        type: 'openai',
        model: 'slow',
        baseURL: model.url,
        credential: { secretRef: { name: 'model', key: 'key' } },
      },
      { namespace: lender },
    );
  });

  it('lets a waiting job go on with the credential of the lender, and is not missed by one that runs', async () => {
    await createJob('waits', lender);
    const grant = named(await refused('waits', 'ProviderNotGranted'));
    expect(await portal.names('jobs')).toEqual([]);
    expect(grant.metadata.namespace).toBe(lender);

    // Just what the message says, by somebody who never opens the portal.
    await cluster.kubectl(['apply', '-f', '-'], {
      input: JSON.stringify(grant),
    });
    const running = await waitForJob(
      'waits',
      ({ status }) => (status?.progress?.completed ?? 0) > 0,
    );
    expect(running.status?.phase).toBe('Running');
    await cluster.kubectl([
      ...['delete', 'arg', grant.metadata.name, '-n', lender],
    ]);
    const job = await finish('waits');
    expect(job.status).toMatchObject({
      phase: 'Succeeded',
      progress: { total: TRIALS, completed: TRIALS, failed: 0 },
    });

    await createJob('late', lender);
    await refused('late', 'ProviderNotGranted');
  });

  it('is shown by kubectl get with who may use what', async () => {
    await portal.create(
      'ArenaReferenceGrant',
      'shown',
      {
        from: [{ kind: 'ArenaJob', namespace: 'team-a' }],
        to: [{ kind: 'Provider', name: 'gpt' }, { kind: 'ToolRegistry' }],
      },
      { namespace: lender },
    );
    const table = await cluster.kubectl(['get', 'arg', 'shown', '-n', lender]);
    const [head, row] = table.trim().split('\n');
    expect(head.trim().split(/ {2,}/)).toEqual(['NAME', 'FROM', 'TO', 'AGE']);
    expect(row.trim().split(/ {2,}/).slice(0, 3)).toEqual([
      'shown',
      '[{"kind":"ArenaJob","namespace":"team-a"}]',
      '[{"kind":"Provider","name":"gpt"},{"kind":"ToolRegistry"}]',
    ]);
  });

  it('does not help in a namespace that the portal does not serve', async () => {
    await createJob('outside', 'kube-system');
    const job = await refused('outside', 'NamespaceNotServed');
    expect(jobCreated(job)?.message).toBe(
      `spec.providers[default][0].providerRef: Provider gpt of namespace kube-system cannot be used: the portal serves no other namespaces of this cluster than ${portal.namespace}, ${lender}`,
    );
  });
});
