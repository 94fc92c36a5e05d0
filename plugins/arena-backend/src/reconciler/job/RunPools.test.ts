import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import {
  WorkerLauncher,
  WorkerPoolSpec,
} from '@backstage-arena/plugin-arena-node';
import { RunPools } from './RunPools';

const source = { namespace: 'shared', secret: 'model', key: 'value' };
const job = {
  metadata: { namespace: 'team', name: 'nightly', uid: 'uid' },
  spec: {},
} as ArenaJob;

/** Pools of a run whose credential is gone, of a replica that has not started its workers. */
function setup(withdraw: (spec: WorkerPoolSpec) => Promise<void>) {
  return new RunPools({
    cluster: 'prod',
    launcher: { withdraw } as WorkerLauncher,
    runs: {
      get: async () => ({
        pins: {
          providers: [
            {
              id: 'gpt',
              credentialSlot: 'ARENA_CREDENTIAL_1',
              credentialSource: source,
            },
          ],
        },
      }),
    } as never,
    secrets: { read: async () => undefined } as never,
    workerUrl: async () => 'https://portal.example',
  });
}

describe('RunPools', () => {
  const gone =
    'The credential of provider gpt is gone: secret model in namespace shared has no key value';

  it('withdraws a credential that is gone from workers that another replica has started', async () => {
    const withdrawn: WorkerPoolSpec[] = [];
    const pools = setup(async spec => {
      withdrawn.push(spec);
    });
    expect(await pools.obstacle(job, 'uid-1', { finalizing: false })).toEqual({
      reason: 'WorkersNotStarted',
      message: gone,
    });
    expect(withdrawn).toMatchObject([
      { runId: 'uid-1', namespace: 'team', jobName: 'nightly', jobUid: 'uid' },
    ]);
    const { ARENA_CREDENTIAL_1 } = withdrawn[0].credentials;
    expect(await ARENA_CREDENTIAL_1.value()).toBeUndefined();
    // Writing the reports takes nothing of it.
    expect(
      await pools.obstacle(job, 'uid-1', { finalizing: true }),
    ).toBeUndefined();
  });

  it('says what is gone, and that withdrawing it failed', async () => {
    const pools = setup(async () => {
      throw new Error('the network is down');
    });
    const { message } = (await pools.obstacle(job, 'uid-1', {
      finalizing: false,
    }))!;
    expect(message).toContain(gone);
    expect(message).toContain(
      'taking it from the workers failed and is tried again: Error: the network is down',
    );
  });
});
