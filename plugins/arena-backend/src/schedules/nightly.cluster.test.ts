import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { S3Server, startS3 } from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPortal, TestPortal } from '../__testUtils__/startPortal';
import { Nights } from './__testUtils__/Nights';

jest.setTimeout(300_000);

const DAY_MS = 86_400_000;
const HOME = { cluster: 'embedded', namespace: 'arena' };
const NAMES = ['nightly-eval', 'schedule'];
const NIGHTS = 4;

describe('the schedules of the specification, in a portal with an S3 bucket', () => {
  let folder: string;
  let server: S3Server;
  let admin: S3Client;
  let portal: TestPortal;
  let nights: Nights;

  const start = async () => {
    const { accessKeyId, secretAccessKey } = server.credentials;
    portal = await startPortal(folder, {
      home: HOME,
      arena: {
        secrets: {
          arena: {
            's3-credentials': {
              AWS_ACCESS_KEY_ID: accessKeyId,
              AWS_SECRET_ACCESS_KEY: secretAccessKey,
            },
          },
        },
      },
    });
  };

  beforeAll(async () => {
    // Clocks do not change in the weeks that follow.
    nights = new Nights({
      start: '2027-01-11T12:00:00Z',
      portal: () => portal,
    });
    folder = mkdtempSync(join(tmpdir(), 'arena-nightly-'));
    server = await startS3();
    admin = await createBucket(server, 'arena-results');
    await start();
    for (const name of ['production-tests', 'my-evaluation-source']) {
      await create('ArenaSource', name, {
        type: 'workspace',
        workspace: { path: 'support-agent' },
      });
    }
  });

  afterAll(async () => {
    await portal?.stop();
    admin?.destroy();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
    jest.restoreAllMocks();
  });

  async function create(kind: string, name: string, spec: object) {
    await portal.call('POST', `${portal.objects}/${kind.toLowerCase()}s`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind,
      metadata: { name, namespace: HOME.namespace },
      spec,
    });
  }

  it('run each night, write their reports, and keep what they say for as long as they say', async () => {
    await create('ArenaJob', 'nightly-eval', {
      sourceRef: { name: 'production-tests' },
      type: 'evaluation',
      workers: { replicas: 5 },
      output: {
        type: 's3',
        s3: {
          bucket: 'arena-results',
          prefix: 'evals/nightly/',
          endpoint: server.endpoint,
          secretRef: { name: 's3-credentials' },
        },
      },
      schedule: { cron: '0 2 * * *', timezone: 'UTC' },
      ttlSecondsAfterFinished: 604_800,
    });
    await create('ArenaJob', 'schedule', {
      sourceRef: { name: 'my-evaluation-source' },
      schedule: {
        cron: '0 2 * * *',
        timezone: 'America/New_York',
        concurrencyPolicy: 'Forbid',
      },
    });
    const runs: string[] = [];
    for (let night = 0; night < NIGHTS; night += 1) {
      // New York sleeps later.
      for (const name of NAMES) runs.push(await nights.pass(name));
    }
    expect(new Set(runs).size).toBe(NAMES.length * NIGHTS);

    for (const name of NAMES) {
      await nights.untilLeft(name, 3);
      const at = `${portal.objects}/arenajobs/${name}/schedule`;
      const { timezone, fires } = await portal.call('GET', at);
      const clock = new Intl.DateTimeFormat('en-GB', {
        timeZone: timezone,
        timeStyle: 'short',
      });
      expect(
        fires.map(({ firstAt, outcome, result }: any) =>
          [clock.format(firstAt), outcome, result].join(' '),
        ),
      ).toEqual(Array(NIGHTS).fill('02:00 Started Succeeded'));
      const { days } = await portal.call('GET', `${at}/days`);
      expect(days).toHaveLength(NIGHTS);
      expect(days[0].started).toMatchObject({ Succeeded: 1, Failed: 0 });
    }

    const { Contents = [] } = await admin.send(
      new ListObjectsV2Command({ Bucket: 'arena-results' }),
    );
    const manifests = Contents.flatMap(({ Key = '' }) =>
      Key.endsWith('/manifest.json') ? [Key.split('/').slice(0, 3)] : [],
    );
    expect(manifests).toEqual(
      Array(NIGHTS).fill(['evals', 'nightly', 'arena']),
    );

    // A week in which nobody is there to start anything.
    const namesOf = async (name: string) =>
      (await nights.childrenOf(name)).map(({ metadata }) => metadata.name);
    const [ofEval, ofOther] = await Promise.all(NAMES.map(namesOf));
    await portal.stop();
    nights.skip(7 * DAY_MS);
    await start();
    await nights.caughtUp('nightly-eval');
    const [left] = await nights.untilLeft('nightly-eval', 1);
    expect(ofEval).not.toContain(left.metadata.name);
    const { fires } = await portal.call(
      'GET',
      `${portal.objects}/arenajobs/nightly-eval/schedule`,
    );
    expect(
      fires
        .slice(0, 2)
        .map(({ outcome, count }: any) => `${outcome} x${count}`),
    ).toEqual(['Started x1', 'Missed x6']);
    // Without a time to live, their number alone counts.
    const kept = await namesOf('schedule');
    expect(
      kept.filter(name => ofOther.includes(name)).length,
    ).toBeGreaterThanOrEqual(2);
    // What they have found out outlives them.
    for (const id of runs) {
      const run = await portal.call('GET', `${portal.base}/runs/${id}`);
      expect(run.counters.passed).toBeGreaterThan(0);
    }
  });
});
