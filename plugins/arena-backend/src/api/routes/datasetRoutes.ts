import { REJECT_REASONS } from '@backstage-arena/plugin-arena-common/datagen';
import { Router } from 'express';
import { z } from 'zod/v4';
import { intParam, listOf, parseQuery } from '../input';
import { sendValue } from '../respond';
import { RouteContext } from '../RouterOptions';

const MAX_LIMIT = 500;

const page = {
  limit: intParam(1, MAX_LIMIT).optional(),
  cursor: z.string().optional(),
};

/** The data that runs generate: how far they are, their rows, and what was rejected. */
export function addDatasetRoutes(router: Router, context: RouteContext): void {
  const { access, datasets } = context;

  router.get('/v1/runs/:runId/dataset', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    parseQuery(req, {});
    sendValue(req, res, await datasets.state(req.params.runId));
  });

  router.get('/v1/runs/:runId/rows', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    const query = parseQuery(req, page);
    sendValue(req, res, await datasets.rows(req.params.runId, query));
  });

  router.get('/v1/runs/:runId/rejects', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    const query = parseQuery(req, {
      ...page,
      reason: listOf(z.enum(REJECT_REASONS)),
    });
    sendValue(req, res, await datasets.rejects(req.params.runId, query));
  });
}
