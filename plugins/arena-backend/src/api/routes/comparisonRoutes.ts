import { isError, NotFoundError } from '@backstage/errors';
import { arenaJobReadPermission } from '@backstage-arena/plugin-arena-common';
import { Router } from 'express';
import { z } from 'zod/v4';
import { storeOf } from '../clusters';
import { intParam, numberParam, parseQuery } from '../input';
import { sendValue } from '../respond';
import { RouteContext } from '../RouterOptions';

const DEFAULT_POINTS = 50;
const MAX_POINTS = 500;
const MAX_CELLS = 1_000;
/** Of an integer in PostgreSQL. */
const MAX_SEQ = 2 ** 31 - 1;

/** How runs compare with one another, and how those of a job went over time. */
export function addComparisonRoutes(
  router: Router,
  context: RouteContext,
): void {
  const { access, clusters, verdicts } = context;

  router.get('/v1/runs/:runId/gate', async (req, res) => {
    await access.read(req, arenaJobReadPermission);
    parseQuery(req, {});
    const { runId } = req.params;
    const gate = await verdicts.gate(runId);
    if (!gate) {
      throw new NotFoundError(`Run '${runId}' was judged without a baseline`);
    }
    sendValue(req, res, gate);
  });

  router.get('/v1/runs/:runId/comparison', async (req, res) => {
    await access.read(req, arenaJobReadPermission);
    const query = parseQuery(req, {
      baseline: z.string().min(1).max(128).optional(),
      significance: numberParam(0.0001, 0.5).optional(),
      minEffect: numberParam(0, 1).optional(),
      decideByCells: z
        .enum(['true', 'false'])
        .transform(text => text === 'true')
        .optional(),
      maxCells: intParam(1, MAX_CELLS).optional(),
    });
    // They may take long: nobody waits for them once the connection is gone.
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    try {
      const { signal } = gone;
      const { runId } = req.params;
      sendValue(req, res, await verdicts.compare(runId, { ...query, signal }));
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    }
  });

  router.get(
    '/v1/clusters/:cluster/namespaces/:namespace/arenajobs/:name/trend',
    async (req, res) => {
      const { cluster, namespace, name } = req.params;
      await access.read(req, arenaJobReadPermission);
      const { limit = DEFAULT_POINTS, cursor } = parseQuery(req, {
        limit: intParam(1, MAX_POINTS).optional(),
        cursor: z
          .string()
          .regex(/^\d{1,10}$/, 'expected the nextCursor of the page before')
          .refine(
            text => Number(text) <= MAX_SEQ,
            'expected the nextCursor of the page before',
          )
          .optional(),
      });
      const store = storeOf(clusters, cluster);
      const trend = await verdicts.trend({
        cluster: store.cluster,
        namespace,
        job: name,
        limit,
        cursor,
      });
      if (trend.points.length === 0) {
        // A job that is gone has its trend as long as there are results; one that never was has none.
        await store.get('ArenaJob', { namespace, name }).catch(error => {
          if (!isError(error) || error.name !== 'NotFoundError') throw error;
          throw new NotFoundError(
            `Neither ArenaJob '${namespace}/${name}' nor a result of it exists`,
          );
        });
      }
      sendValue(req, res, trend);
    },
  );
}
