import { ConflictError } from '@backstage/errors';
import { runBudgetRequestSchema } from '@backstage-arena/plugin-arena-common';
import { Router } from 'express';
import { runOf } from './authenticateRun';
import type { WorkerRouterOptions } from './createWorkerRouter';
import { readJsonBody } from './readJsonBody';

const MAX_BUDGET_BODY = 16 * 1024;

/** What workers may spend on the items that they leased. */
export function addBudgetRoutes(
  router: Router,
  { queue }: WorkerRouterOptions,
): void {
  router.post('/budget', async (request, response) => {
    const body = await readJsonBody(
      request,
      runBudgetRequestSchema,
      MAX_BUDGET_BODY,
    );
    const run = runOf(response);
    if (run.closed) throw new ConflictError('The run is over');
    response.json(await queue.lend(run.runId, body));
  });
}
