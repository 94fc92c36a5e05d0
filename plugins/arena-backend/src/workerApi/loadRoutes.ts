import { ConflictError } from '@backstage/errors';
import {
  LoadLeaseResponse,
  loadLeaseRequestSchema,
  loadReportRequestSchema,
} from '@backstage-arena/plugin-arena-common/load';
import { Router } from 'express';
import { Readable } from 'node:stream';
import { requireOpenRun, runOf } from './authenticateRun';
import type { WorkerRouterOptions } from './createWorkerRouter';
import { readJsonBody } from './readJsonBody';
import { sendStream } from './sendStream';

const MAX_LEASE_BODY = 64 * 1024;

/** Slices and records of load tests. */
export function addLoadRoutes(
  router: Router,
  options: WorkerRouterOptions,
): void {
  const { loads, logger, maxReportBytes } = options;

  router.post('/load/lease', async (request, response) => {
    const body = await readJsonBody(
      request,
      loadLeaseRequestSchema,
      MAX_LEASE_BODY,
    );
    const run = runOf(response);
    const over: LoadLeaseResponse = { state: 'over' };
    response.json(run.closed ? over : await loads.lease(run.runId, body));
  });

  router.post('/load/report', async (request, response) => {
    const body = await readJsonBody(
      request,
      loadReportRequestSchema,
      maxReportBytes,
    );
    const run = runOf(response);
    if (run.closed) {
      throw new ConflictError('The run is over and takes no records any more');
    }
    response.json(await loads.record(run.runId, body));
  });

  router.get('/load/report', requireOpenRun, async (_request, response) => {
    response.json(await loads.report(runOf(response).runId));
  });

  router.get('/load/batches', requireOpenRun, async (_request, response) => {
    response.type('application/x-ndjson');
    const lines = loads.batchLines(runOf(response).runId);
    await sendStream(Readable.from(lines), response, logger);
  });

  router.get('/load/series', requireOpenRun, async (_request, response) => {
    response.type('application/x-ndjson');
    const lines = loads.allSeries(runOf(response).runId);
    await sendStream(Readable.from(toLines(lines)), response, logger);
  });
}

async function* toLines(rows: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
