import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { MockLlm, startMockLlm } from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeSlowBundle } from '../../__testUtils__/slowBundle';
import { bucketSecret } from '../__testUtils__/bucketSecret';
import { createClaim } from '../__testUtils__/createClaim';
import { useClusterPortal } from './__testUtils__/useClusterPortal';

jest.setTimeout(120_000);

const FINALIZE_JOB = 'lost-finalize';

const reportsWritten = (job: ArenaJob) =>
  job.status?.conditions?.find(({ type }) => type === 'ReportsWritten');

describe('outputs of jobs on the real cluster', () => {
  let model: MockLlm;

  const portal = useClusterPortal({
    prefix: 'outputs',
    arena: () => ({ queue: { retryDelay: '10ms' } }),
    async bundles(folder, { hostAddress: host }) {
      model = await startMockLlm({ host, reply: () => ({ text: 'pong' }) });
      portal.cleanups.push(() => model.stop());
      writeSlowBundle(join(folder, 'ping'), { url: model.url });
    },
  });

  beforeAll(() =>
    portal.create('ArenaSource', 'ping', {
      type: 'workspace',
      workspace: { path: 'ping' },
    }),
  );

  it('lie beside one another in a claim that several jobs with several workers write to', async () => {
    const { namespace } = portal;
    const claim = await createClaim(portal, { namespace, name: 'results' });
    portal.cleanups.push(claim.remove);
    const names = ['left', 'right'];
    for (const name of names) {
      await portal.create('ArenaJob', name, {
        sourceRef: { name: 'ping' },
        trials: 10,
        workers: { replicas: 2 },
        evaluation: { outputFormats: ['json', 'html', 'transcripts'] },
        output: {
          type: 'pvc',
          pvc: { claimName: 'results', subPath: 'shared/' },
        },
      });
    }
    for (const name of names) {
      const { status } = await portal.finish(name);
      expect(status?.phase).toBe('Succeeded');
      const folder = join(claim.folder, 'shared', namespace, name);
      expect(readdirSync(folder)).toEqual([status?.run?.id]);
      expect(readdirSync(join(folder, `${status?.run?.id}`)).sort()).toEqual([
        'manifest.json',
        'results.html',
        'results.json',
        'transcripts.jsonl.gz',
      ]);
    }
  });

  it('are written once more by a Job of its own, after the job has ended', async () => {
    const { namespace } = portal;
    // The server of the tests may have one of another run.
    const bucket = `later-${namespace}`;
    await portal.apply(
      bucketSecret(portal.s3, { namespace, name: 's3-credentials' }),
    );
    await portal.create('ArenaJob', 'lost', {
      sourceRef: { name: 'ping' },
      trials: 4,
      output: {
        type: 's3',
        s3: {
          bucket,
          endpoint: portal.s3.podEndpoint,
          region: portal.s3.region,
          secretRef: { name: 's3-credentials' },
        },
      },
    });
    const job = await portal.finish('lost');
    expect(job.status?.phase).toBe('Failed');
    expect(reportsWritten(job)).toMatchObject({
      status: 'False',
      reason: 'OutputFailed',
    });
    // The finalizer stays while the next try is to come; the pods do not.
    const waiting = await portal.waitForJob('lost', each =>
      Boolean(
        reportsWritten(each)?.message?.includes('It is tried again at') &&
          each.status?.activeWorkers === 0,
      ),
    );
    expect(waiting.metadata.finalizers).toHaveLength(1);
    const readUid = async () => {
      const path = `/apis/batch/v1/namespaces/${namespace}/jobs/${FINALIZE_JOB}`;
      return (await portal.read<{ metadata: { uid: string } }>(path))?.metadata
        .uid;
    };
    const before = await readUid();
    expect(before).toBeDefined();

    const admin = await createBucket(
      { ...portal.s3, credentials: portal.s3 },
      bucket,
    );
    portal.cleanups.push(() => admin.destroy());
    const { base, call } = portal.portal;
    const run = await portal.runOf(job);
    await call('POST', `${base}/runs/${run.id}/reports/retry`);
    const after = await portal.waitForJob(
      'lost',
      each =>
        reportsWritten(each)?.status === 'True' &&
        !each.metadata.finalizers?.length,
    );
    expect(after.status?.phase).toBe('Failed');
    const uid = await readUid();
    expect(uid).toBeDefined();
    expect(uid).not.toBe(before);
    const { Contents = [] } = await admin.send(
      new ListObjectsV2Command({ Bucket: bucket }),
    );
    expect(Contents.map(({ Key }) => Key)).toEqual([
      `${namespace}/lost/${run.id}/manifest.json`,
      `${namespace}/lost/${run.id}/results.json`,
    ]);
    expect((await portal.runOf(job)).finalizeError).toBeUndefined();
  });
});
