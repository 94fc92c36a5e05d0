import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import {
  HeartbeatResponse,
  heartbeatRequestSchema,
  LeaseResponse,
  leaseRequestSchema,
  registerRequestSchema,
  releaseRequestSchema,
  reportRequestSchema,
} from '@backstage-arena/plugin-arena-common';
import { Response, Router } from 'express';
import { requireOpenRun, runOf } from './authenticateRun';
import { createGate } from './createGate';
import { createTurnstile } from './createTurnstile';
import type { WorkerRouterOptions } from './createWorkerRouter';
import { readJsonBody } from './readJsonBody';

const MAX_SMALL_BODY = 1024 * 1024;
const RETRY_AFTER_SECONDS = 1;
/** How long a report waits for its turn before its worker is asked to come again. */
const MAX_WAIT_MS = 2_000;

/** Registration, leases, heartbeats, reports and releases. */
export function addQueueRoutes(
  router: Router,
  options: WorkerRouterOptions,
): void {
  const { queue } = options;
  const turn = createTurnstile();
  const small = { maxBytes: MAX_SMALL_BODY, turn };
  const large = { maxBytes: options.maxReportBytes, turn };
  const gate = createGate({
    places: options.maxConcurrentReports,
    waiting: 4 * options.maxConcurrentReports,
    maxWaitMs: MAX_WAIT_MS,
  });

  router.post('/register', requireOpenRun, async (request, response) => {
    const body = await readJsonBody(request, registerRequestSchema, small);
    response.json(await queue.register(runOf(response).runId, body));
  });

  router.post('/lease', async (request, response) => {
    const body = await readJsonBody(request, leaseRequestSchema, small);
    const run = runOf(response);
    const closed: LeaseResponse = {
      state: 'closed',
      reason: 'The run is over',
    };
    response.json(run.closed ? closed : await queue.lease(run.runId, body));
  });

  router.post('/heartbeat', async (request, response) => {
    const body = await readJsonBody(request, heartbeatRequestSchema, small);
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
      const body = await readJsonBody(request, reportRequestSchema, large);
      response.json(await queue.report(run.runId, body));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) throw error;
      askToWait(response, error.message);
    } finally {
      leave();
    }
  });

  router.post('/release', async (request, response) => {
    const body = await readJsonBody(request, releaseRequestSchema, small);
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
