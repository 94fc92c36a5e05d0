import {
  ARENA_ANNOTATIONS,
  ARENA_API_VERSION,
  ArenaJob,
  ArenaReferenceGrant,
  ItemStatus,
  Provider,
  ReferringKind,
  RunPins,
} from '@backstage-arena/plugin-arena-common';
import { SnapshotStore } from '@backstage-arena/plugin-arena-node';
import { databases } from '../../__testUtils__/databases';
import {
  setupRuns,
  testPins,
  testReport,
  testRun,
} from '../../__testUtils__/runs';
import { readerOf } from '../../planning/__testUtils__/readerOf';
import { createSecretReader } from '../../planning/credentials';
import { ALLOWED_NAMESPACES_ANNOTATION } from '../../planning/grants';
import { gatherRerun } from './gatherRerun';

jest.setTimeout(60_000);

const RUN = 'job-uid-1';
const secrets = createSecretReader({
  config: {
    secrets: {
      shared: { s: { value: 'k', other: 'k' }, next: { value: 'k' } },
    },
    workers: { allowedEnvironment: [] },
  },
  environment: {},
});
const CONFIG = { name: 'config', uid: 'config-uid', generation: 1 };

function rerunOf(
  runId: string,
  items?: string,
  evaluation?: ArenaJob['spec']['evaluation'],
): ArenaJob {
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'ArenaJob',
    metadata: {
      name: 'again',
      namespace: 'default',
      uid: 'again-uid',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T00:00:00Z',
      annotations: {
        [ARENA_ANNOTATIONS.rerunOf]: runId,
        ...(items && { [ARENA_ANNOTATIONS.rerunItems]: items }),
      },
    },
    spec: {
      sourceRef: { name: 'source' },
      arenaFile: 'config.arena.yaml',
      type: 'evaluation',
      cancelled: false,
      compat: false,
      verbose: false,
      evaluation,
    },
  };
}

describe.each(databases.eachSupportedId())('gatherRerun on %p', id => {
  async function setup(
    options: { items?: number[]; pins?: Partial<RunPins> } = {},
  ) {
    const { store: runs, queue } = await setupRuns(id);
    await runs.create(
      testRun({ items: options.items, pins: testPins(options.pins) }),
    );
    const objects: Array<Provider | ArenaReferenceGrant> = [];
    const store = readerOf(objects);
    const config = {
      bundles: {
        allowExec: false,
        allowStdio: true,
        allowAmbientCredentials: true,
      },
    };
    const snapshots = { has: async () => true } as Partial<SnapshotStore>;
    const { pins, plan, items, ...base } = testRun({
      id: 'again-uid-1',
      jobUid: 'again-uid',
    });

    /** Reports results for the items that are leased first, by index. */
    const work = async (results: ItemStatus[]) => {
      const workerId = 'w';
      await queue.register(RUN, {
        protocolVersion: 1,
        workerId,
        engineVersion: '1',
        host: 'h',
      });
      const indexes: number[] = [];
      while (indexes.length < results.length) {
        const lease = await queue.lease(RUN, { workerId, capacity: 1 });
        if (lease.state !== 'granted') throw new Error(lease.state);
        const index = lease.items[0]?.index ?? lease.ranges[0].from;
        await queue.report(RUN, {
          workerId,
          leaseId: lease.leaseId,
          fence: lease.fence,
          results: [testReport(index, { status: results[indexes.length] })],
        });
        indexes.push(index);
      }
      return indexes;
    };
    const gather = (
      which?: string,
      evaluation?: ArenaJob['spec']['evaluation'],
    ) =>
      gatherRerun(
        rerunOf(RUN, which, evaluation),
        { store, secrets, runs, snapshots: snapshots as SnapshotStore, config },
        base,
      );
    const close = () =>
      runs.close(RUN, { outcome: 'Cancelled', finalize: false });
    return { runs, queue, objects, work, gather, close };
  }

  const picked = (inputs: Awaited<ReturnType<typeof gatherRerun>>) => {
    if (inputs.state !== 'ready') throw new Error(JSON.stringify(inputs));
    return inputs.run.items && [...inputs.run.items];
  };

  it('allows what the admin allows now, whatever it was then', async () => {
    const { gather } = await setup({ pins: { allow: { exec: true } } });
    expect(await gather()).toMatchObject({
      state: 'ready',
      run: {
        pins: {
          allow: { exec: false, stdio: true, ambientCredentials: true },
        },
      },
    });
  });

  it('writes to the output of the job, not to that of the run it repeats', async () => {
    const { gather } = await setup({
      pins: { output: { type: 'pvc', claimName: 'old', path: 'job-uid-1' } },
    });
    const inputs = await gather();
    expect(inputs.state === 'ready' && inputs.run.pins.output).toBeUndefined();
  });

  it('has the budget that the job names, where prices were asked for', async () => {
    const budget = { limit: 2, currency: 'USD' };
    const wanted = { budgetLimit: '7.50', budgetCurrency: 'EUR' };
    const within = await setup({ pins: { budget } });
    expect(await within.gather('all', wanted)).toMatchObject({
      state: 'ready',
      run: { pins: { budget: { limit: 7.5, currency: 'EUR' } } },
    });
    const without = await within.gather();
    expect(
      without.state === 'ready' && without.run.pins.budget,
    ).toBeUndefined();
    const { gather } = await setup();
    expect(await gather('all', wanted)).toMatchObject({
      state: 'blocked',
      obstacle: { condition: 'ConfigValid', reason: 'NoPrice' },
    });
  });

  it('repeats the whole plan of a run of the whole plan', async () => {
    const { work, gather, close } = await setup();
    await work(['passed', 'failed']);
    expect(picked(await gather())).toBeUndefined();
    await close();
    expect(picked(await gather())).toBeUndefined();
    expect(picked(await gather('failed'))).toHaveLength(1);
  });

  it('repeats what the budget was not enough for with what failed', async () => {
    const budget = { limit: 2, currency: 'USD' };
    const { runs, queue, work, gather } = await setup({ pins: { budget } });
    const indexes = await work(['passed', 'errored', 'passed', 'failed']);
    await queue.lend(RUN, {
      workerId: 'w',
      instance: 'i',
      granted: 0,
      spent: 0,
      wanted: 0,
      missing: 3,
    });
    expect(await runs.head(RUN)).toMatchObject({
      state: 'Finalizing',
      counters: { pending: 16 },
    });
    const again = picked(await gather('failed'));
    expect(again).toHaveLength(18);
    expect(again).not.toContain(indexes[0]);
    expect(again).not.toContain(indexes[2]);
    expect(again).toContain(indexes[1]);
    expect(again).toContain(indexes[3]);
  });

  it('repeats the items of a run that was of chosen items only', async () => {
    const { runs, work, gather, close } = await setup({ items: [3, 7, 12] });
    expect(await gather()).toMatchObject({
      obstacle: { reason: 'RunNotFinished' },
    });
    await work(['passed', 'failed', 'passed']);
    await close();
    const again = await gather();
    expect(picked(again)).toEqual([3, 7, 12]);
    if (again.state !== 'ready') throw new Error(again.state);
    expect((await runs.create(again.run)).counters.total).toBe(3);
  });

  it('does not grow a cancelled run of chosen items to the whole plan', async () => {
    const { work, gather, close } = await setup({ items: [3, 7, 12] });
    const [done] = await work(['errored']);
    await close();
    expect(picked(await gather('all'))).toEqual([done]);
  });

  describe('with a provider of another namespace', () => {
    const pinned = {
      id: 'gpt',
      group: 'default',
      spec: { type: 'openai', model: 'm' },
      credentialSlot: 'ARENA_CREDENTIAL_1',
      credentialSource: { namespace: 'shared', secret: 's', key: 'value' },
      providerRef: { namespace: 'shared', name: 'gpt' },
    };
    const lent = (namespaces = ''): Provider => ({
      apiVersion: ARENA_API_VERSION,
      kind: 'Provider',
      metadata: {
        name: 'gpt',
        namespace: 'shared',
        uid: 'gpt-uid',
        resourceVersion: '1',
        generation: 1,
        creationTimestamp: '2026-11-23T00:00:00Z',
        annotations: { [ALLOWED_NAMESPACES_ANNOTATION]: namespaces },
      },
      spec: {
        type: 'openai',
        role: 'llm',
        credential: { secretRef: { name: 's' } },
      },
    });

    it('asks again whether it may be used', async () => {
      const { objects, gather } = await setup({
        pins: { providers: [pinned] },
      });
      expect(await gather()).toMatchObject({
        state: 'blocked',
        obstacle: { condition: 'JobCreated', reason: 'ProviderNotGranted' },
      });
      objects[0] = lent('team-a');
      expect(await gather()).toMatchObject({
        state: 'blocked',
        obstacle: {
          reason: 'ProviderNotGranted',
          message: expect.stringContaining('from namespace default'),
        },
      });
      objects[0] = lent('team-a, default');
      expect(await gather()).toMatchObject({
        state: 'ready',
        run: { pins: { providers: [pinned] } },
      });
    });

    it.each<[string, ReferringKind, RunPins['config'], boolean]>([
      ['jobs, for a run without a config', 'ArenaJob', undefined, true],
      ['configs, for a run without one', 'ArenaConfig', undefined, false],
      ['jobs, for a run with a config', 'ArenaJob', CONFIG, true],
      ['configs, for a run with one', 'ArenaConfig', CONFIG, true],
    ])('asks the grants of %s', async (_, kind, config, isLent) => {
      const { objects, gather } = await setup({
        pins: { providers: [pinned], config },
      });
      objects.push(lent(), {
        apiVersion: 'arena.backstage.io/v1alpha1',
        kind: 'ArenaReferenceGrant',
        metadata: { ...lent().metadata, name: 'grant', uid: 'grant-uid' },
        spec: {
          from: [{ kind, namespace: 'default' }],
          to: [{ kind: 'Provider', name: 'gpt' }],
        },
      });
      expect(await gather()).toMatchObject(
        isLent
          ? { state: 'ready' }
          : { obstacle: { reason: 'ProviderNotGranted' } },
      );
    });

    it.each<[string, Partial<Provider['spec']>]>([
      ['another Secret', { credential: { secretRef: { name: 'next' } } }],
      [
        'another key',
        { credential: { secretRef: { name: 's', key: 'other' } } },
      ],
      ['none', { credential: undefined, baseURL: 'http://model' }],
      ['one that is gone', { credential: { secretRef: { name: 'gone' } } }],
    ])(
      'refuses the pinned credential when the Provider names %s',
      async (_, spec) => {
        const { objects, gather } = await setup({
          pins: { providers: [pinned] },
        });
        const provider = lent('default');
        objects.push({ ...provider, spec: { ...provider.spec, ...spec } });
        expect(await gather()).toMatchObject({
          obstacle: {
            condition: 'JobCreated',
            reason: 'CredentialChanged',
            message: expect.stringContaining('create a new job'),
          },
        });
      },
    );

    it('refuses a credential of another namespace that no Provider is named for', async () => {
      const { providerRef, ...nameless } = pinned;
      const { objects, gather } = await setup({
        pins: { providers: [nameless] },
      });
      objects[0] = lent('*');
      expect(await gather()).toMatchObject({
        obstacle: { reason: 'ProviderNotGranted' },
      });
    });

    it('takes pins of its own namespace as they are', async () => {
      const own = {
        ...pinned,
        credentialSource: { ...pinned.credentialSource, namespace: 'default' },
        providerRef: { namespace: 'default', name: 'gone' },
      };
      const { gather } = await setup({ pins: { providers: [own] } });
      expect(await gather()).toMatchObject({ state: 'ready' });
    });
  });

  it('finds nothing to repeat in chosen items without a result', async () => {
    const { gather, close } = await setup({ items: [3, 7, 12] });
    await close();
    expect(await gather()).toMatchObject({
      obstacle: { reason: 'NothingToRepeat' },
    });
  });
});
