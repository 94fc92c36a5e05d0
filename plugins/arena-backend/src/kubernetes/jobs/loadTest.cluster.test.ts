import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  MockLlmProcess,
  startMockLlmProcess,
} from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import {
  LoadReport,
  loadReportSchema,
} from '@backstage-arena/plugin-arena-common/load';
import { join } from 'node:path';
import { writeLoadBundle } from '../../__testUtils__/loadBundle';
import { bucketSecret } from '../__testUtils__/bucketSecret';
import { useClusterPortal } from './__testUtils__/useClusterPortal';

jest.setTimeout(300_000);

/** As the published page has it (provider-loadtest.yaml), shorter. */
const SPEC = {
  sourceRef: { name: 'load-test-config' },
  type: 'loadtest',
  loadTest: { rampUp: '6s', duration: '20s', targetRPS: 500 },
  workers: { minReplicas: 5, maxReplicas: 6 },
};

const FILES = [
  'loadtest-series.csv',
  'loadtest-series.jsonl',
  'loadtest.html',
  'loadtest.json',
  'loadtest.prom',
  'manifest.json',
];

describe('a load test on worker pods', () => {
  let model: MockLlmProcess;
  let bucket: string;
  let admin: S3Client;

  const portal = useClusterPortal({
    prefix: 'loads',
    worker: { resources: { requests: { cpu: '10m', memory: '32Mi' } } },
    async bundles(folder, { hostAddress: host }) {
      model = await startMockLlmProcess({ host, latencyMs: 20 });
      portal.cleanups.push(() => model.stop());
      writeLoadBundle(join(folder, 'load'), { url: model.url });
    },
  });

  beforeAll(async () => {
    const { namespace } = portal;
    bucket = `arena-results-${namespace}`;
    admin = await createBucket(
      { ...portal.s3, credentials: portal.s3 },
      bucket,
    );
    portal.cleanups.push(() => admin.destroy());
    await portal.apply(
      bucketSecret(portal.s3, { namespace, name: 's3-credentials' }),
    );
    await portal.create('ArenaSource', SPEC.sourceRef.name, {
      type: 'workspace',
      workspace: { path: 'load' },
    });
  });

  it('sends every arrival once, with as many workers as it takes, and writes all of its output', async () => {
    await portal.create('ArenaJob', 'provider-loadtest', {
      ...SPEC,
      output: {
        type: 's3',
        s3: {
          bucket,
          prefix: 'loadtests/',
          endpoint: portal.s3.podEndpoint,
          region: portal.s3.region,
          secretRef: { name: 's3-credentials' },
        },
      },
    });
    const job = await portal.finish('provider-loadtest', 250_000);
    const run = await portal.runOf(job);
    expect(run.reports.map(({ name }) => name).sort()).toEqual(FILES);
    const { Contents = [] } = await admin.send(
      new ListObjectsV2Command({ Bucket: bucket }),
    );
    const folder = `loadtests/${portal.namespace}/provider-loadtest/${run.id}/`;
    expect(Contents.map(({ Key }) => Key).sort()).toEqual(
      FILES.map(name => `${folder}${name}`),
    );
    const report = await reportOf(run.id);
    const { totals, audit } = report;
    const dropped = Object.values(totals.dropped).reduce((a, b) => a + b, 0);
    expect(totals.expected).toBe(8_500);
    expect(totals.sent + dropped + totals.lost).toBe(8_500);
    expect(totals.lost).toBe(0);
    expect(await model.calls()).toHaveLength(totals.sent);
    expect(report.workers.length).toBeGreaterThanOrEqual(5);
    expect(report.workers.length).toBeLessThanOrEqual(6);
    // On two cores, five processes and the whole cluster may be late: then the audit says so.
    expect(job.status?.phase).toBe(
      audit.verdict === 'invalid' ? 'Failed' : 'Succeeded',
    );
    // One worker Job, whatever the number of its workers was.
    expect(await portal.names('jobs')).toEqual([
      'provider-loadtest-finalize',
      'provider-loadtest-worker',
    ]);
  });

  async function reportOf(runId: string): Promise<LoadReport> {
    const response = await fetch(
      `${portal.portal.base}/runs/${runId}/reports/loadtest.json`,
    );
    expect(response.status).toBe(200);
    return loadReportSchema.parse(await response.json());
  }
});
