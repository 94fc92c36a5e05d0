import { Router } from 'express';
import { Readable } from 'node:stream';
import { jsonLine } from './jsonLine';
import { requireOpenRun, runOf } from './authenticateRun';
import type { WorkerRouterOptions } from './createWorkerRouter';
import { readFrom } from './fileRoutes';
import { sendStream } from './sendStream';

/** What the reports of generated data are made of. */
export function addDatasetRoutes(
  router: Router,
  options: WorkerRouterOptions,
): void {
  const { datasets, logger } = options;

  router.get('/dataset', requireOpenRun, async (_request, response) => {
    response.json(await datasets.state(runOf(response).runId));
  });

  router.get('/dataset/rows', requireOpenRun, async (request, response) => {
    const from = readFrom(request.query.from);
    const rows = datasets.allRows(runOf(response).runId, from);
    response.set({
      'Cache-Control': 'no-store, no-transform',
      'Content-Type': 'application/x-ndjson',
    });
    await sendStream(Readable.from(toLines(rows)), response, logger);
  });
}

async function* toLines(
  pages: AsyncIterable<readonly object[]>,
): AsyncGenerator<string> {
  for await (const rows of pages) {
    yield rows.map(row => jsonLine(JSON.stringify(row))).join('');
  }
}
