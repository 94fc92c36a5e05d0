import {
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { MockLlm, startMockLlm } from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSlowBundle } from '../../__testUtils__/slowBundle';
import { waitUntil } from '../__testUtils__/waitUntil';
import { bucketSecret } from '../__testUtils__/bucketSecret';
import { createClaim } from '../__testUtils__/createClaim';
import { useClusterPortal } from './__testUtils__/useClusterPortal';

jest.setTimeout(300_000);

/** `npm test -- --only cluster-large` has five times as many. */
const ITEMS = Number(process.env.ARENA_LARGE_RUN_ITEMS ?? 1_000);
const NAMES = ['to-bucket', 'to-claim'];
const FILES = ['junit.xml', 'manifest.json', 'results.json'];
/** Writes for what is new at once, and not numbers: first look, start, items, reports, end. */
const URGENT_WRITES = 8;

interface Manifest {
  runId: string;
  files: Array<{ name: string; size: number; digest: string }>;
}

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Two at a time, as the machine has to wait for pods more than for items. */
describe(`a run of ${ITEMS} items on four pods`, () => {
  const models: Record<string, MockLlm> = {};
  let admin: S3Client;
  let bucket: string;
  let volume: string;

  const portal = useClusterPortal({
    prefix: 'large',
    worker: { resources: { requests: { cpu: '10m', memory: '64Mi' } } },
    async bundles(folder, { hostAddress: host }) {
      for (const name of NAMES) {
        models[name] = await startMockLlm({ host, answer: () => 'pong' });
        portal.cleanups.push(() => models[name].stop());
        writeSlowBundle(join(folder, name), {
          url: models[name].url,
          concurrency: 16,
        });
      }
    },
  });

  beforeAll(async () => {
    const { namespace, s3 } = portal;
    bucket = `large-${namespace}`;
    admin = await createBucket({ ...s3, credentials: s3 }, bucket);
    const claim = await createClaim(portal, { namespace, name: 'results' });
    volume = claim.folder;
    portal.cleanups.push(claim.remove);
    await portal.apply(bucketSecret(s3, { namespace, name: 'bucket' }));
    const outputs: Record<string, object> = {
      'to-bucket': {
        type: 's3',
        s3: {
          bucket,
          prefix: 'nightly',
          endpoint: s3.podEndpoint,
          secretRef: { name: 'bucket' },
        },
      },
      'to-claim': {
        type: 'pvc',
        pvc: { claimName: 'results', subPath: 'nightly' },
      },
    };
    for (const name of NAMES) {
      await portal.create('ArenaSource', name, {
        type: 'workspace',
        workspace: { path: name },
      });
      await portal.create('ArenaJob', name, {
        sourceRef: { name },
        trials: ITEMS,
        workers:
          name === 'to-bucket'
            ? { replicas: 4 }
            : { minReplicas: 1, maxReplicas: 4 },
        evaluation: { outputFormats: ['json', 'junit'] },
        output: outputs[name],
      });
    }
  });

  afterAll(() => admin?.destroy());

  /** Every item was done once, the reports are what the manifest says, and the pods are gone. */
  async function check(
    job: ArenaJob,
    read: (file: string) => Uint8Array | Promise<Uint8Array>,
  ): Promise<void> {
    const { name } = job.metadata;
    expect(job.status).toMatchObject({
      phase: 'Succeeded',
      progress: { total: ITEMS, completed: ITEMS, failed: 0, pending: 0 },
    });
    expect(models[name].calls).toHaveLength(ITEMS);
    const run = await portal.runOf(job);
    expect(run.counters).toMatchObject({ total: ITEMS, passed: ITEMS });
    const workers = run.workers.filter(({ id }) =>
      id.startsWith(`${name}-worker-`),
    );
    expect(workers).toHaveLength(4);

    const text = async (file: string) =>
      Buffer.from(await read(file)).toString();
    const manifest: Manifest = JSON.parse(await text('manifest.json'));
    expect(manifest.runId).toBe(run.id);
    expect(manifest.files.map(file => file.name).sort()).toEqual(
      FILES.filter(file => file !== 'manifest.json'),
    );
    for (const { name: file, size, digest } of manifest.files) {
      const content = await read(file);
      expect({ size: content.length, digest: digestOf(content) }).toEqual({
        size,
        digest,
      });
    }
    expect(JSON.parse(await text('results.json')).items).toHaveLength(ITEMS);
    expect((await text('junit.xml')).match(/<testcase /g)).toHaveLength(ITEMS);

    expect(
      await portal.names('jobs', `omnia.altairalabs.ai/job=${name}`),
    ).toEqual([`${name}-finalize`, `${name}-worker`]);
    await waitUntil('the end of its Secret', async () => {
      const secrets = await portal.names('secrets');
      return !secrets.includes(`${name}-worker`);
    });
  }

  it('writes into a bucket', async () => {
    const job = await portal.finish('to-bucket', 240_000);
    const prefix = `nightly/${portal.namespace}/to-bucket/${job.status?.run?.id}/`;
    const { Contents = [] } = await admin.send(
      new ListObjectsV2Command({ Bucket: bucket }),
    );
    expect(Contents.map(({ Key }) => Key).sort()).toEqual(
      FILES.map(file => prefix + file),
    );
    await check(job, async file => {
      const { Body } = await admin.send(
        new GetObjectCommand({ Bucket: bucket, Key: prefix + file }),
      );
      return Body!.transformToByteArray();
    });
  });

  it('writes into a claim, with pods that come as they are needed', async () => {
    const job = await portal.finish('to-claim', 240_000);
    const folder = join(
      volume,
      ...['nightly', portal.namespace, 'to-claim', `${job.status?.run?.id}`],
    );
    expect(readdirSync(folder).sort()).toEqual(FILES);
    await check(job, file => readFileSync(join(folder, file)));
  });

  it.each(NAMES)('writes its status once a second at most: %s', async name => {
    const job = await portal.finish(name);
    const { startTime = '', completionTime = '' } = job.status ?? {};
    const seconds =
      (Date.parse(completionTime) - Date.parse(startTime)) / 1_000;
    const log = await portal.cluster.auditLog();
    const writes = log.filter(
      ({ objectRef, verb }) =>
        objectRef?.namespace === portal.namespace &&
        objectRef.resource === 'arenajobs' &&
        objectRef.subresource === 'status' &&
        objectRef.name === name &&
        ['patch', 'update'].includes(verb),
    );
    expect(writes.length).toBeGreaterThan(3);
    expect(writes.length).toBeLessThan(seconds + 1 + URGENT_WRITES);
  });

  it('leaves no pod that runs', async () => {
    const left = () =>
      portal.cluster.kubectl([
        ...['get', 'pods', '-n', portal.namespace, '-o', 'name'],
        ...['--field-selector', 'status.phase!=Succeeded'],
      ]);
    await waitUntil('the end of the pods', async () => (await left()) === '');
    expect(await portal.names('secrets')).toEqual(['bucket']);
  });
});
