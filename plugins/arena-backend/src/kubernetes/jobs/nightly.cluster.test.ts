import { MockLlm, startMockLlm } from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import { join } from 'node:path';
import { writeSlowBundle } from '../../__testUtils__/slowBundle';
import { Nights } from '../../schedules/__testUtils__/Nights';
import { bucketSecret } from '../__testUtils__/bucketSecret';
import { useClusterPortal } from './__testUtils__/useClusterPortal';

jest.setTimeout(300_000);

const DAY_MS = 86_400_000;
const NIGHTS = 2;

describe('a schedule on the real cluster, with the clock of the portal put forward', () => {
  let model: MockLlm;
  const portal = useClusterPortal({
    prefix: 'nightly',
    async bundles(folder, { hostAddress: host }) {
      model = await startMockLlm({ host, reply: () => ({ text: 'pong' }) });
      portal.cleanups.push(() => model.stop());
      writeSlowBundle(join(folder, 'ping'), { url: model.url });
    },
  });

  // The API server has a clock of its own: what it says of objects is about when they were created.
  const nights = new Nights({
    start: new Date().toISOString(),
    portal: () => portal.portal,
  });

  afterAll(() => jest.restoreAllMocks());

  it('runs each night, and keeps as many jobs for as long as it says', async () => {
    const { namespace, s3 } = portal;
    const bucket = `nightly-${namespace}`;
    (await createBucket({ ...s3, credentials: s3 }, bucket)).destroy();
    await portal.apply(bucketSecret(s3, { namespace, name: 's3-credentials' }));
    await portal.create('ArenaSource', 'production-tests', {
      type: 'workspace',
      workspace: { path: 'ping' },
    });
    await portal.create('ArenaJob', 'nightly-eval', {
      sourceRef: { name: 'production-tests' },
      type: 'evaluation',
      output: {
        type: 's3',
        s3: {
          bucket,
          prefix: 'evals/nightly/',
          endpoint: s3.podEndpoint,
          region: s3.region,
          secretRef: { name: 's3-credentials' },
        },
      },
      schedule: {
        cron: '0 2 * * *',
        timezone: 'UTC',
        successfulRunsHistoryLimit: 1,
      },
      ttlSecondsAfterFinished: 604_800,
    });
    const runs: string[] = [];
    for (let night = 0; night < NIGHTS; night += 1) {
      runs.push(await nights.pass('nightly-eval'));
    }
    const kept = await nights.untilLeft('nightly-eval', 1);
    nights.skip(8 * DAY_MS);
    for (const { metadata } of kept) await nights.touch(metadata.name, 'later');
    await nights.touch('nightly-eval', 'later');
    await nights.caughtUp('nightly-eval');
    const [left] = await nights.untilLeft('nightly-eval', 1);
    expect(kept.map(({ metadata }) => metadata.name)).not.toContain(
      left.metadata.name,
    );
    const { base, call, objects } = portal.portal;
    const { fires } = await call(
      'GET',
      `${objects}/arenajobs/nightly-eval/schedule`,
    );
    expect(
      fires.map(({ outcome, count, result }: any) =>
        [outcome, count, result].join(' '),
      ),
    ).toEqual([
      'Started 1 Succeeded',
      'Missed 7 ',
      ...Array(NIGHTS).fill('Started 1 Succeeded'),
    ]);
    for (const id of runs) {
      const run = await call('GET', `${base}/runs/${id}`);
      expect(run).toMatchObject({ state: 'Closed', outcome: 'Completed' });
    }
  });
});
