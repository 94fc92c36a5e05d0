import {
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  freePort,
  S3Server,
  startMockLlmProcess,
  startS3,
} from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeLoadBundle } from './__testUtils__/loadBundle';
import { finished, startPortal, TestPortal } from './__testUtils__/startPortal';

const EXAMPLES = resolve(__dirname, '../../../examples/bundles');

jest.setTimeout(600_000);

const conditionOf = (job: ArenaJob, type: string) =>
  job.status?.conditions?.find(each => each.type === type);

describe('jobs with an S3 bucket, whose workers reach a listener of their own', () => {
  let folder: string;
  let server: S3Server;
  let admin: S3Client;
  let portal: TestPortal;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-s3-'));
    server = await startS3();
    const { accessKeyId, secretAccessKey } = server.credentials;
    admin = await createBucket(server, 'arena-results');
    const port = await freePort();
    portal = await startPortal(folder, {
      arena: {
        secrets: {
          default: {
            's3-credentials': {
              AWS_ACCESS_KEY_ID: accessKeyId,
              AWS_SECRET_ACCESS_KEY: secretAccessKey,
            },
          },
        },
        workers: {
          listen: { host: '127.0.0.1', port },
          backendUrl: `http://127.0.0.1:${port}/api/arena/worker/v1`,
        },
        queue: { retryDelay: '10ms' },
        outputs: { retryDelay: '5s' },
        workspaceRoots: [EXAMPLES, folder],
      },
    });
    await portal.apply('examples/jobs/support-agent.yaml');
    await portal.waitFor('arenajobs', 'support-agent', finished);
  });

  afterAll(async () => {
    await portal?.stop();
    admin?.destroy();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(name: string, s3: object) {
    await portal.call('POST', `${portal.objects}/arenajobs`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaJob',
      metadata: { name, namespace: 'default' },
      spec: {
        sourceRef: { name: 'support-agent' },
        evaluation: { outputFormats: ['json', 'junit'] },
        workers: { replicas: 2 },
        output: {
          type: 's3',
          s3: {
            bucket: 'arena-results',
            endpoint: server.endpoint,
            secretRef: { name: 's3-credentials' },
            ...s3,
          },
        },
      },
    });
    const job = await portal.waitFor('arenajobs', name, finished);
    const reports: string[] = (
      await portal.call('GET', `${portal.base}/runs/${job.status.run.id}`)
    ).reports.map((report: { name: string }) => report.name);
    return { job, reports };
  }

  it('find their reports there, below namespace, job and run', async () => {
    const { job, reports } = await run('parallel-eval', {
      prefix: 'evals/parallel/',
    });
    expect(job.status.phase).toBe('Succeeded');
    const { Contents = [] } = await admin.send(
      new ListObjectsV2Command({
        Bucket: 'arena-results',
        Prefix: 'evals/',
      }),
    );
    const prefix = `evals/parallel/default/parallel-eval/${job.status.run.id}/`;
    expect(Contents.map(({ Key }) => Key).sort()).toEqual(
      reports.map(name => `${prefix}${name}`).sort(),
    );
    const { Body } = await admin.send(
      new GetObjectCommand({
        Bucket: 'arena-results',
        Key: `${prefix}manifest.json`,
      }),
    );
    const manifest: { runId: string; files: Array<{ name: string }> } =
      JSON.parse(await Body!.transformToString());
    expect(manifest.runId).toBe(job.status.run.id);
    expect(manifest.files.map(file => file.name).sort()).toEqual(
      reports.filter(name => name !== 'manifest.json').sort(),
    );
  });

  it('say what is wrong with the bucket, and keep the reports in the portal', async () => {
    const { job, reports } = await run('lost', { bucket: 'missing' });
    expect(job.status.phase).toBe('Failed');
    expect(conditionOf(job, 'Progressing')).toMatchObject({
      reason: 'OutputFailed',
      message: expect.stringContaining(
        `the bucket 'missing' does not exist (NoSuchBucket)`,
      ),
    });
    expect(reports).toEqual(
      expect.arrayContaining(['results.json', 'junit.xml', 'manifest.json']),
    );
  });

  it('have their reports written once more when the bucket is there', async () => {
    const { job } = await run('again', { bucket: 'later' });
    const { id } = job.status.run;
    expect(job.status.phase).toBe('Failed');
    expect(conditionOf(job, 'ReportsWritten')).toMatchObject({
      status: 'False',
      reason: 'OutputFailed',
    });
    (await createBucket(server, 'later')).destroy();
    const retry = () =>
      portal.call('POST', `${portal.base}/runs/${id}/reports/retry`);
    expect(await retry()).toMatchObject({ state: 'Finalizing' });
    const after = await portal.waitFor(
      'arenajobs',
      'again',
      each =>
        conditionOf(each, 'ReportsWritten')?.status === 'True' &&
        !each.metadata.finalizers?.length,
    );
    expect(after.status.phase).toBe('Failed');
    expect(after.status.result.url).toBe(
      `http://portal.example.com/arena/runs/${id}`,
    );
    const { reports, finalizeError } = await portal.call(
      'GET',
      `${portal.base}/runs/${id}`,
    );
    expect(finalizeError).toBeUndefined();
    const { Contents = [] } = await admin.send(
      new ListObjectsV2Command({ Bucket: 'later' }),
    );
    expect(Contents.map(({ Key }) => Key).sort()).toEqual(
      reports.map(
        ({ name }: { name: string }) => `default/again/${id}/${name}`,
      ),
    );
    await expect(retry()).rejects.toThrow('there is nothing to try again');
  });

  it('have their reports written by themselves when the bucket is there again', async () => {
    const { job } = await run('patient', { bucket: 'away' });
    expect(job.status.phase).toBe('Failed');
    const waiting = await portal.waitFor('arenajobs', 'patient', each =>
      Boolean(conditionOf(each, 'ReportsWritten')),
    );
    expect(conditionOf(waiting, 'ReportsWritten')).toMatchObject({
      status: 'False',
      reason: 'OutputFailed',
      message: expect.stringMatching(/\. It is tried again at 20.*Z$/),
    });
    expect(waiting.status.activeWorkers).toBe(0);
    (await createBucket(server, 'away')).destroy();
    const after = await portal.waitFor(
      'arenajobs',
      'patient',
      each =>
        conditionOf(each, 'ReportsWritten')?.status === 'True' &&
        !each.metadata.finalizers?.length,
    );
    expect(after.status.phase).toBe('Failed');
    const { Contents = [] } = await admin.send(
      new ListObjectsV2Command({ Bucket: 'away' }),
    );
    expect(Contents.map(({ Key }) => Key!.split('/').pop())).toContain(
      'manifest.json',
    );
  });

  it('find all files of a load test there', async () => {
    const model = await startMockLlmProcess({ latencyMs: 5 });
    const apiVersion = 'omnia.altairalabs.ai/v1alpha1';
    const metadata = { name: 'loaded', namespace: 'default' };
    try {
      writeLoadBundle(join(folder, 'loaded'), { url: model.url });
      await portal.call('POST', `${portal.objects}/arenasources`, {
        apiVersion,
        kind: 'ArenaSource',
        metadata,
        spec: {
          type: 'workspace',
          workspace: { path: 'loaded' },
          interval: '1h',
        },
      });
      await portal.call('POST', `${portal.objects}/arenajobs`, {
        apiVersion,
        kind: 'ArenaJob',
        metadata,
        spec: {
          sourceRef: { name: 'loaded' },
          type: 'loadtest',
          loadTest: { targetRPS: 10, rampUp: '0s', duration: '2s' },
          output: {
            type: 's3',
            s3: {
              bucket: 'arena-results',
              endpoint: server.endpoint,
              prefix: 'loadtests/',
              secretRef: { name: 's3-credentials' },
            },
          },
        },
      });
      const { status } = await portal.waitFor('arenajobs', 'loaded', finished);
      const { Contents = [] } = await admin.send(
        new ListObjectsV2Command({
          Bucket: 'arena-results',
          Prefix: `loadtests/default/loaded/${status.run.id}/`,
        }),
      );
      expect(Contents.map(({ Key }) => Key!.split('/').pop()).sort()).toEqual([
        'loadtest-series.csv',
        'loadtest-series.jsonl',
        'loadtest.html',
        'loadtest.json',
        'loadtest.prom',
        'manifest.json',
      ]);
    } finally {
      await model.stop();
    }
  });

  it('do not start when their endpoint may not be reached', async () => {
    await portal.call('POST', `${portal.objects}/arenajobs`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaJob',
      metadata: { name: 'metadata-service', namespace: 'default' },
      spec: {
        sourceRef: { name: 'support-agent' },
        output: {
          type: 's3',
          s3: {
            bucket: 'arena-results',
            endpoint: 'http://169.254.169.254',
            secretRef: { name: 's3-credentials' },
          },
        },
      },
    });
    const job = await portal.waitFor(
      'arenajobs',
      'metadata-service',
      each => conditionOf(each, 'Ready')?.reason === 'EndpointNotAllowed',
    );
    expect(job.status.phase).toBe('Pending');
  });

  it('wait for a secret that is not there', async () => {
    await portal.call('POST', `${portal.objects}/arenajobs`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaJob',
      metadata: { name: 'without-secret', namespace: 'default' },
      spec: {
        sourceRef: { name: 'support-agent' },
        output: {
          type: 's3',
          s3: { bucket: 'arena-results', secretRef: { name: 'gone' } },
        },
      },
    });
    const job = await portal.waitFor(
      'arenajobs',
      'without-secret',
      each => conditionOf(each, 'Ready')?.reason === 'SecretNotFound',
    );
    expect(job.status.phase).toBe('Pending');
    expect(conditionOf(job, 'Ready')?.message).toContain(
      'spec.output.s3.secretRef: Secret gone does not exist in namespace default',
    );
  });
});
