import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import {
  HeartbeatResponse,
  heartbeatRequestSchema,
  LeaseResponse,
  leaseRequestSchema,
  registerRequestSchema,
  releaseRequestSchema,
  ReportResponse,
  reportRequestSchema,
} from '@backstage-arena/plugin-arena-common';
import { Response, Router } from 'express';
import { giveWay } from '../time/giveWay';
import { requireOpenRun, runOf } from './authenticateRun';
import { createGate } from './createGate';
import type { WorkerRouterOptions } from './createWorkerRouter';
import {
  parseJson,
  readBytes,
  readJsonBody,
  validateBody,
} from './readJsonBody';

const MAX_SMALL_BODY = 1024 * 1024;
const RETRY_AFTER_SECONDS = 1;
// About as many turns of the event loop as a small request of another plugin needs.
const TURNS = 5;
/** How long a report waits for its turn before its worker is asked to come again. */
const MAX_WAIT_MS = 2_000;

/** Registration, leases, heartbeats, reports and releases. */
export function addQueueRoutes(
  router: Router,
  options: WorkerRouterOptions,
): void {
  const { queue } = options;
  const gate = createGate({
    places: options.maxConcurrentReports,
    waiting: 4 * options.maxConcurrentReports,
    maxWaitMs: MAX_WAIT_MS,
  });
  // Few are taken apart at a time: parsed, a report is many small objects, which cost the garbage collector time for as long as
  // they live; as bytes it costs nothing.
  const desk = createGate({
    places: options.reportsAtATime,
    waiting: Infinity,
    maxWaitMs: Infinity,
  });

  async function store(runId: string, bytes: Buffer): Promise<ReportResponse> {
    const leave = await desk.enter();
    try {
      await giveWay(TURNS);
      const value = parseJson(bytes);
      await giveWay(TURNS);
      const report = validateBody(value, reportRequestSchema);
      await giveWay(TURNS);
      return await queue.report(runId, report);
    } finally {
      leave?.();
    }
  }

  router.post('/register', requireOpenRun, async (request, response) => {
    const body = await readJsonBody(
      request,
      registerRequestSchema,
      MAX_SMALL_BODY,
    );
    response.json(await queue.register(runOf(response).runId, body));
  });

  router.post('/lease', async (request, response) => {
    const body = await readJsonBody(
      request,
      leaseRequestSchema,
      MAX_SMALL_BODY,
    );
    const run = runOf(response);
    const closed: LeaseResponse = {
      state: 'closed',
      reason: 'The run is over',
    };
    response.json(run.closed ? closed : await queue.lease(run.runId, body));
  });

  router.post('/heartbeat', async (request, response) => {
    const body = await readJsonBody(
      request,
      heartbeatRequestSchema,
      MAX_SMALL_BODY,
    );
    const run = runOf(response);
    const closed: HeartbeatResponse = {
      leases: body.leases.map(({ leaseId }) => ({ leaseId, lost: true })),
      command: 'cancel',
    };
    response.json(run.closed ? closed : await queue.heartbeat(run.runId, body));
  });

  router.post('/report', async (request, response) => {
    const run = runOf(response);
    if (run.closed) throw runIsOver();
    // Before the body is read: what waits here must not fill the memory.
    const leave = await gate.enter();
    if (!leave) {
      askToWait(response, 'Too many reports are being stored already');
      return;
    }
    try {
      const bytes = await readBytes(request, options.maxReportBytes);
      response.json(await store(run.runId, bytes));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) throw error;
      askToWait(response, error.message);
    } finally {
      leave();
    }
  });

  router.post('/release', async (request, response) => {
    const body = await readJsonBody(
      request,
      releaseRequestSchema,
      MAX_SMALL_BODY,
    );
    const run = runOf(response);
    if (run.closed) throw runIsOver();
    await queue.release(run.runId, body);
    response.status(204).end();
  });
}

function runIsOver(): ConflictError {
  return new ConflictError('The run is over and takes no results any more');
}

function askToWait(response: Response, message: string): void {
  response
    .status(429)
    .set('Retry-After', String(RETRY_AFTER_SECONDS))
    .json({
      error: { name: 'ServiceUnavailableError', message },
      response: { statusCode: 429 },
    });
}
