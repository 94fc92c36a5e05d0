import {
  coreServices,
  createServiceFactory,
  RootLoggerService,
} from '@backstage/backend-plugin-api';
import { MockLlm, startMockLlm } from '@backstage-arena/arena-devcluster';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from '../../__testUtils__/startPortal';
import { writeSlowBundle } from '../../__testUtils__/slowBundle';
import { waitUntil } from '../__testUtils__/waitUntil';
import { CLUSTER, useClusterPortal } from './__testUtils__/useClusterPortal';

jest.setTimeout(120_000);

const KEY = 'sk-live-7f3a9c51d2e84b06';
/** A cluster that is down: nobody listens there. */
const DOWN = {
  name: 'down',
  connection: {
    type: 'direct',
    url: 'https://127.0.0.1:1',
    token: 'token-of-the-portal',
    skipTLSVerify: true,
  },
  worker: {
    image: 'registry.example.com/worker:1',
    backendUrl: 'http://127.0.0.1:1/api/arena/worker/v1',
  },
};

/** All that the portal logs. */
function keepLog(lines: string[]) {
  const write = (...args: unknown[]) => {
    lines.push(JSON.stringify(args));
  };
  const logger: RootLoggerService = {
    error: write,
    warn: write,
    info: write,
    debug: write,
    child: () => logger,
  };
  return createServiceFactory({
    service: coreServices.rootLogger,
    deps: {},
    factory: () => logger,
  });
}

describe('a portal of several clusters', () => {
  const log: string[] = [];
  let model: MockLlm;

  const portal = useClusterPortal({
    prefix: 'clusters',
    features: [keepLog(log)],
    otherClusters: [DOWN],
    async bundles(folder, { hostAddress: host }) {
      // It tells everybody what it was given, and refuses every third call with it.
      let calls = 0;
      model = await startMockLlm({
        host,
        reply: ({ headers }) => {
          calls += 1;
          return calls % 3 === 0
            ? { status: 400, message: `no pong for ${headers.authorization}` }
            : { text: `pong ${headers.authorization}` };
        },
      });
      portal.cleanups.push(() => model.stop());
      writeSlowBundle(join(folder, 'echo'), { url: model.url });
    },
  });

  it('keeps a key that only the pods have out of everything', async () => {
    const { namespace, cluster } = portal;
    const { base, call } = portal.portal;
    await portal.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'model', namespace },
      stringData: { key: KEY },
    });
    await portal.create('Provider', 'echo', {
      type: 'openai',
      model: 'echo',
      baseURL: model.url,
      credential: { secretRef: { name: 'model', key: 'key' } },
    });
    await portal.create('ArenaSource', 'echo', {
      type: 'workspace',
      workspace: { path: 'echo' },
    });
    await portal.create('ArenaJob', 'echo', {
      sourceRef: { name: 'echo' },
      providers: { default: [{ providerRef: { name: 'echo' } }] },
      trials: 6,
      verbose: true,
      evaluation: { outputFormats: ['json', 'junit', 'csv'] },
    });
    await portal.waitForJob(
      'echo',
      ({ status }) => status?.phase === 'Running',
    );
    const own = await portal.get<{ data: Record<string, string> }>(
      ...['secret', 'echo-worker', '-n', namespace],
    );
    expect(Object.keys(own.data)).toEqual(['token']);

    const job = await portal.finish('echo');
    expect(job.status?.progress?.total).toBe(6);
    const run = await portal.runOf(job);
    expect(run.counters).toMatchObject({ passed: 4, errored: 2 });

    const written: Record<string, string> = {
      log: log.join('\n'),
      objects: await cluster.kubectl([
        ...['get', 'aj,providers,jobs,pods,events'],
        ...['-n', namespace, '-o', 'yaml'],
      ]),
      pods: await cluster.kubectl([
        ...['logs', '-n', namespace, '--prefix', '--tail=-1'],
        ...['-l', 'omnia.altairalabs.ai/job=echo'],
      ]),
      run: JSON.stringify(run),
    };
    const items = `${base}/runs/${run.id}/items`;
    for (let index = 0; index < 6; index++) {
      const [item, transcript] = await Promise.all([
        call('GET', `${items}/${index}`),
        call('GET', `${items}/${index}/transcript`),
      ]);
      written[`item ${index}`] = JSON.stringify(item);
      written[`transcript ${index}`] = JSON.stringify(transcript);
    }
    for (const { name } of run.reports) {
      const response = await fetch(`${base}/runs/${run.id}/reports/${name}`);
      written[name] = await response.text();
    }
    for (const file of readdirSync(portal.folder)) {
      if (!file.startsWith('arena.sqlite')) continue;
      written[file] = readFileSync(join(portal.folder, file), 'latin1');
    }

    expect(Object.keys(written)).toEqual(
      expect.arrayContaining(['results.json', 'junit.xml', 'arena.sqlite']),
    );
    expect(written['transcript 0']).toContain('[redacted]');
    expect(written.pods).toContain('Registered');
    expect(written.objects).toContain('secretKeyRef');
    const leaks = Object.entries(written).filter(([, text]) =>
      [KEY, Buffer.from(KEY).toString('base64')].some(form =>
        text.includes(form),
      ),
    );
    expect(leaks.map(([where]) => where)).toEqual([]);
  });

  it('goes on where it can when a cluster is down', async () => {
    const { base, call } = portal.portal;
    const { items } = await call('GET', `${base}/clusters`);
    expect(items).toMatchObject([
      { name: 'embedded', ready: true },
      { name: CLUSTER, ready: true },
      {
        name: 'down',
        ready: false,
        message: expect.stringContaining('127.0.0.1:1'),
      },
    ]);
    const jobs = `${base}/clusters/down/namespaces/default/arenajobs`;
    await expect(call('GET', jobs)).rejects.toThrow(/503 .*127\.0\.0\.1:1/);
    expect(await call('GET', `${base}/health`)).toMatchObject({
      status: 'ok',
    });

    const embedded = `${base}/clusters/embedded/namespaces/default`;
    const create = (plural: string, kind: string, spec: object) =>
      call('POST', `${embedded}/${plural}`, {
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind,
        metadata: { name: 'here', namespace: 'default' },
        spec,
      });
    await create('arenasources', 'ArenaSource', {
      type: 'workspace',
      workspace: { path: 'echo' },
    });
    await create('arenajobs', 'ArenaJob', {
      sourceRef: { name: 'here' },
      trials: 2,
    });
    const find = () => call('GET', `${embedded}/arenajobs/here`);
    await waitUntil(
      'the end of the job',
      async () => finished(await find()),
      60_000,
    );
    const { status } = await find();
    expect(status.progress).toMatchObject({ total: 2, pending: 0 });
  });
});
