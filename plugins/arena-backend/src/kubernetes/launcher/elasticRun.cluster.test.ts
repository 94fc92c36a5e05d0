import { mockLogger } from '../../__testUtils__/mockLogger';
import { ConfigReader } from '@backstage/config';
import { startMockLlm, useCluster } from '@backstage-arena/arena-devcluster';
import {
  ARENA_API_VERSION,
  ResolvedProvider,
} from '@backstage-arena/plugin-arena-common';
import {
  WorkerPoolSpec,
  WorkerPoolStatus,
} from '@backstage-arena/plugin-arena-node';
import { KubeConfig } from '@kubernetes/client-node';
import express from 'express';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { migratedDatabase } from '../../__testUtils__/migratedDatabase';
import { testPins, testRun } from '../../__testUtils__/runs';
import { writeSlowBundle } from '../../__testUtils__/slowBundle';
import { readArenaConfig } from '../../config/readArenaConfig';
import { resolveWorkerBin } from '../../launcher/workerBin';
import { PlanProcess } from '../../planning/PlanProcess';
import { createRunServices } from '../../runs/createRunServices';
import { createClaim } from '../__testUtils__/createClaim';
import { DatabaseSnapshotStore } from '../../snapshots/DatabaseSnapshotStore';
import { systemClock } from '../../time/Clock';
import { waitUntil } from '../__testUtils__/waitUntil';
import { createConfig, createSpec } from './__testUtils__/pools';
import { KubernetesLauncher } from './KubernetesLauncher';

jest.setTimeout(180_000);

const ITEMS = 120;
const CONCURRENCY = 4;

interface JobList {
  items: Array<{
    metadata: { name: string };
    status: { conditions?: Array<{ type: string; status: string }> };
  }>;
}

describe('a run on pods', () => {
  const {
    cluster,
    kubeconfig,
    hostAddress,
    images,
    createNamespace,
    apply,
    get,
  } = useCluster();
  const cleanups: Array<() => unknown> = [];

  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  /** A queue with its protocol, where pods can reach it. */
  async function startQueue() {
    const knex = await migratedDatabase('SQLITE_3');
    const logger = mockLogger();
    const snapshots = new DatabaseSnapshotStore({ knex, clock: systemClock });
    const config = readArenaConfig(new ConfigReader({}));
    const clock = systemClock;
    const services = createRunServices({
      knex,
      clock,
      logger,
      snapshots,
      config,
    });
    services.start();
    cleanups.push(() => services.stop());
    const app = express();
    app.use('/worker/v1', services.workerRouter);
    const server = createServer(app).listen(0, hostAddress);
    await once(server, 'listening');
    cleanups.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return {
      ...services,
      snapshots,
      url: `${cluster.hostUrl(port)}/worker/v1`,
    };
  }

  it('grows and shrinks without losing or repeating work, and writes its reports from a pod of its own', async () => {
    const namespace = await createNamespace('elastic', {
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    const model = await startMockLlm({
      host: hostAddress,
      latencyMs: 500,
      answer: () => 'pong',
    });
    cleanups.push(() => model.stop());
    const queue = await startQueue();
    const claim = await createClaim(
      { cluster, apply },
      { namespace, name: 'results' },
    );
    cleanups.push(claim.remove);
    await apply(
      {
        apiVersion: ARENA_API_VERSION,
        kind: 'ArenaJob',
        metadata: { name: 'job', namespace },
        spec: { sourceRef: { name: 'source' }, type: 'evaluation' },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'model', namespace },
        stringData: { value: 'sk-of-the-model' },
      },
    );
    const { metadata } = await get<{ metadata: { uid: string } }>(
      'arenajob',
      'job',
      '-n',
      namespace,
    );

    const folder = mkdtempSync(join(tmpdir(), 'arena-elastic-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    writeSlowBundle(folder, { url: model.url });
    const providers: ResolvedProvider[] = [
      {
        id: 'model',
        group: 'default',
        spec: { type: 'openai', model: 'm', base_url: model.url },
        credentialSlot: 'ARENA_CREDENTIAL_1',
      },
    ];
    const planning = new PlanProcess({
      bin: resolveWorkerBin(),
      memoryMiB: 512,
      environment: process.env,
    });
    const reply = await planning.plan(
      { directory: folder, options: { trials: ITEMS, providers } },
      { timeoutMs: 30_000 },
    );
    if (!reply.ok) throw new Error(reply.message);
    const archive = execFileSync('tar', [
      '-cz',
      '-C',
      folder,
      ...readdirSync(folder),
    ]);
    const { digest } = await queue.snapshots.put(Readable.from([archive]));
    const runId = `${metadata.uid}-1`;
    await queue.runs.create(
      testRun({
        id: runId,
        namespace,
        jobUid: metadata.uid,
        plan: reply.plan,
        pins: testPins({
          source: { name: 'source', uid: 's', revision: '1', digest },
          providers,
          trials: ITEMS,
          concurrency: CONCURRENCY,
          workers: 4,
          output: { type: 'pvc', claimName: 'results', path: `a/${runId}` },
          engineVersion: reply.engineVersion,
          planVersion: reply.plan.version,
        }),
      }),
    );

    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(kubeconfig);
    const launcher = new KubernetesLauncher({
      kubeConfig,
      clock: systemClock,
      logger: mockLogger(),
      cluster: {
        worker: createConfig({
          image: images.worker,
          imagePullPolicy: 'IfNotPresent',
        }),
      },
    });
    cleanups.push(() => launcher.shutdown());
    const spec: WorkerPoolSpec = createSpec({
      runId,
      namespace,
      jobName: 'job',
      jobUid: metadata.uid,
      replicas: 1,
      backendUrl: queue.url,
      token: () => queue.runs.issueToken(runId),
      credentials: {
        ARENA_CREDENTIAL_1: {
          secret: { namespace, name: 'model', key: 'value' },
          value: async () => 'sk-of-the-model',
        },
      },
      output: { type: 'pvc', pvc: { claimName: 'results', subPath: 'a' } },
    });
    let pool: WorkerPoolStatus | undefined;
    const ensureUntil = (
      what: string,
      wanted: Partial<WorkerPoolSpec>,
      condition: () => boolean | Promise<boolean>,
    ) =>
      waitUntil(
        what,
        async () => {
          pool = await launcher.ensure({ ...spec, ...wanted });
          return condition();
        },
        90_000,
      );
    const head = () => queue.runs.head(runId);

    await ensureUntil('results', { replicas: 1 }, async () => {
      const { counters } = await head();
      return counters.passed > 0;
    });
    await ensureUntil(
      'calls of three workers',
      { replicas: 3 },
      () => model.inFlight() > 2 * CONCURRENCY,
    );
    // Two have to go in the middle of their work.
    await ensureUntil(
      'one worker',
      { replicas: 1 },
      () => pool?.workers.length === 1,
    );
    expect((await head()).state).toBe('Running');
    await ensureUntil(
      'all items',
      { replicas: 4 },
      async () => (await head()).state !== 'Running',
    );
    await ensureUntil(
      'the reports',
      { finalizing: true },
      async () => (await head()).state === 'Closed',
    );

    const { counters, outcome, finalizeError } = await head();
    expect({ outcome, finalizeError }).toEqual({ outcome: 'Completed' });
    expect(counters).toMatchObject({ total: ITEMS, passed: ITEMS, pending: 0 });
    // Nobody was killed, so nothing was paid for twice.
    expect(model.calls).toHaveLength(ITEMS);
    expect(readdirSync(join(claim.folder, 'a', runId))).toContain(
      'manifest.json',
    );
    expect(pool?.trouble).toBeUndefined();

    await launcher.stop(spec);
    await waitUntil('the end of both Jobs', async () => {
      const { items } = await get<JobList>('jobs', '-n', namespace);
      const complete = items.filter(({ status }) =>
        status.conditions?.some(
          ({ type, status: holds }) => type === 'Complete' && holds === 'True',
        ),
      );
      return complete.length === 2;
    });
    expect(
      await cluster.kubectl(['get', 'secrets', '-n', namespace, '-o', 'name']),
    ).toBe('secret/model\n');
  });
});
