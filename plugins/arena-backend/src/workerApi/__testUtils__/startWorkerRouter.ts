import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { ConfigReader } from '@backstage/config';
import { mockLogger } from '../../__testUtils__/mockLogger';
import {
  ItemReport,
  leaseResponseSchema,
  registerResponseSchema,
  reportResponseSchema,
} from '@backstage-arena/plugin-arena-common';
import express from 'express';
import { randomBytes } from 'node:crypto';
import { Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { z } from 'zod/v4';
import {
  setupRuns,
  testPins,
  testPlan,
  testRun,
} from '../../__testUtils__/runs';
import { DatabaseSnapshotStore } from '../../snapshots/DatabaseSnapshotStore';
import { createWorkerRouter, WorkerRouterOptions } from '../createWorkerRouter';

/** Id of the run of {@link startWorkerRouter}. */
export const RUN = 'job-uid-1';
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});

/** The worker router in a real server, with a run of 1,200 items whose worker has a token. */
export async function startWorkerRouter(
  id: Parameters<typeof setupRuns>[0],
  limits: Partial<WorkerRouterOptions> = {},
) {
  const parts = await setupRuns(id);
  const { knex, clock, store, queue, loads, datasets, transcripts } = parts;
  const logger = mockLogger();
  const snapshots = new DatabaseSnapshotStore({
    knex,
    clock,
    chunkSize: 1_000,
  });
  const bundle = randomBytes(10_000);
  const { digest } = await snapshots.put(Readable.from([bundle]));
  const pins = testPins({
    source: { name: 's', uid: 'u', revision: '1', digest },
  });
  await store.create(
    testRun({ pins, plan: testPlan({ scenarios: 100, trials: 3 }) }),
  );
  const token = await store.issueToken(RUN);
  const app = express();
  const router = createWorkerRouter({
    queue,
    runs: store,
    loads,
    datasets,
    transcripts,
    snapshots,
    logger,
    maxConcurrentReports: 4,
    reportsAtATime: 2,
    maxReportBytes: 1_000_000,
    maxUploadBytes: 100_000,
    ...limits,
  });
  app.use('/worker/v1', router);
  app.use(
    MiddlewareFactory.create({
      config: new ConfigReader({}),
      logger,
    }).error(),
  );
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/worker/v1`;

  const send = (
    method: string,
    path: string,
    options: {
      body?: BodyInit;
      headers?: Record<string, string>;
      token?: string;
    } = {},
  ) =>
    fetch(`${url}${path}`, {
      method,
      body: options.body,
      headers: {
        authorization: `Bearer ${options.token ?? token}`,
        ...options.headers,
      },
    });
  const post = async <T>(
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
  ): Promise<T> => {
    const response = await send('POST', path, { body: JSON.stringify(body) });
    const text = await response.text();
    if (response.status !== 200) {
      throw new Error(`status ${response.status}: ${text}`);
    }
    return schema.parse(JSON.parse(text));
  };
  const register = (workerId = 'w1') =>
    post(
      '/register',
      { protocolVersion: 1, workerId, engineVersion: '1', host: 'h', pid: 7 },
      registerResponseSchema.strict(),
    );
  const lease = async (capacity = 10, workerId = 'w1') => {
    const answer = await post(
      '/lease',
      { workerId, capacity },
      leaseResponseSchema,
    );
    return answer;
  };
  const granted = async (capacity = 10) => {
    const answer = await lease(capacity);
    if (answer.state !== 'granted') throw new Error('Expected work');
    return { leaseId: answer.leaseId, fence: answer.fence, workerId: 'w1' };
  };
  const report = (key: object, results: ItemReport[]) =>
    post('/report', { ...key, results }, reportResponseSchema.strict());
  return {
    ...parts,
    bundle,
    digest,
    granted,
    lease,
    pins,
    port,
    post,
    register,
    report,
    router,
    send,
    snapshots,
    token,
  };
}

/** `status name: message` of an answer. */
export async function errorOf(response: Response) {
  const body = await response.json();
  return `${response.status} ${body.error.name}: ${body.error.message}`;
}
