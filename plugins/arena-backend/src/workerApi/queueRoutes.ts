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
import { Request, Response, Router } from 'express';
import { giveWay } from '../time/giveWay';
import { requireOpenRun, runOf } from './authenticateRun';
import { createGate } from './createGate';
import type { WorkerRouterOptions } from './createWorkerRouter';
import { parseBody, readBytes, readJsonBody } from './readJsonBody';

const MAX_SMALL_BODY = 1024 * 1024;
const RETRY_AFTER_SECONDS = 1;
// About as many turns of the event loop as a small request of another plugin needs.
const TURNS = 3;
const SLOW_READER_MS = 1_000;
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
  // And few are read at a time, as many as will soon be needed: reading keeps the event loop busy as well.
  const readers = createGate({
    places: 2 * options.reportsAtATime,
    waiting: Infinity,
    maxWaitMs: Infinity,
  });

  async function store(
    runId: string,
    request: Request,
  ): Promise<ReportResponse> {
    const stopReading = await readers.enter();
    // Who sends slowly must not hold up the others.
    const timer = setTimeout(() => stopReading?.(), SLOW_READER_MS);
    let leave: (() => void) | undefined;
    try {
      const bytes = await readBytes(request, options.maxReportBytes);
      leave = await desk.enter();
      stopReading?.();
      await giveWay(TURNS);
      return await queue.reportFrom(runId, () =>
        parseBody(bytes, reportRequestSchema),
      );
    } finally {
      clearTimeout(timer);
      stopReading?.();
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
    const arrivedAt = performance.now();
    response.once('finish', () =>
      options.onReport?.({
        status: response.statusCode,
        durationMs: performance.now() - arrivedAt,
      }),
    );
    const run = runOf(response);
    if (run.closed) throw runIsOver();
    // Before the body is read: what waits here must not fill the memory.
    const leave = await gate.enter();
    if (!leave) {
      askToWait(response, 'Too many reports are being stored already');
      return;
    }
    try {
      response.json(await store(run.runId, request));
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
