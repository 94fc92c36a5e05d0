import { ConflictError } from '@backstage/errors';
import { datasetBudgetRequestSchema } from '@backstage-arena/plugin-arena-common/datagen';
import { Router } from 'express';
import { Readable } from 'node:stream';
import { jsonLine } from './jsonLine';
import { requireOpenRun, runOf } from './authenticateRun';
import type { WorkerRouterOptions } from './createWorkerRouter';
import { readFrom } from './fileRoutes';
import { readJsonBody } from './readJsonBody';
import { sendStream } from './sendStream';

const MAX_BUDGET_BODY = 16 * 1024;

/** The budget of generated data, and what its reports are made of. */
export function addDatasetRoutes(
  router: Router,
  options: WorkerRouterOptions,
): void {
  const { datasets, logger } = options;

  router.post('/dataset/budget', async (request, response) => {
    const body = await readJsonBody(
      request,
      datasetBudgetRequestSchema,
      MAX_BUDGET_BODY,
    );
    const run = runOf(response);
    if (run.closed) throw new ConflictError('The run is over');
    response.json(await datasets.lend(run.runId, body));
  });

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
