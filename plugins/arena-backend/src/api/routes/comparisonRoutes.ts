import { InputError, isError, NotFoundError } from '@backstage/errors';
import {
  RUN_SET_CHANGES,
  RUN_SET_LIMITS,
} from '@backstage-arena/plugin-arena-common';
import { Response, Router } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod/v4';
import { exportCsv, exportJson } from '../../verdicts/sets/exportRows';
import { audited } from '../audited';
import { storeOf } from '../clusters';
import { intParam, listOf, numberParam, parseQuery } from '../input';
import { sendValue } from '../respond';
import { RouteContext } from '../RouterOptions';

const DEFAULT_POINTS = 50;
const MAX_POINTS = 500;
const MAX_CELLS = 1_000;
/** Of an integer in PostgreSQL. */
const MAX_SEQ = 2 ** 31 - 1;

const MAX_PART_POINTS = 100;
const MAX_SET_CELLS = 200;
const MAX_OFFSET = 10_000_000;

const RUN_SET = {
  run: z.preprocess(
    value => (typeof value === 'string' ? [value] : value),
    z
      .array(z.string().min(1).max(128))
      .min(RUN_SET_LIMITS.min)
      .max(RUN_SET_LIMITS.max),
  ),
  significance: numberParam(0.0001, 0.5).optional(),
  minEffect: numberParam(0, 1).optional(),
};

const RUN_SET_CELLS = {
  ...RUN_SET,
  change: listOf(z.enum(RUN_SET_CHANGES)),
  in: z.string().min(1).max(128).optional(),
  search: z.string().max(200).optional(),
  orderBy: z
    .enum(['change', 'plan', 'passRate', 'score', 'durationMs', 'cost'])
    .optional(),
  order: z.enum(['asc', 'desc']).optional(),
};

/** How runs compare with one another, and how those of a job went over time. */
export function addComparisonRoutes(
  router: Router,
  context: RouteContext,
): void {
  const { access, auditor, clusters, verdicts } = context;

  router.get('/v1/comparisons', async (req, res) => {
    await access.authenticated(req);
    const query = parseQuery(req, RUN_SET);
    await access.readRuns(req, query.run);
    await whileConnected(res, async signal =>
      sendValue(req, res, await verdicts.sets.compare(query, { signal })),
    );
  });

  router.get('/v1/comparisons/cells', async (req, res) => {
    await access.authenticated(req);
    const query = parseQuery(req, {
      ...RUN_SET_CELLS,
      key: z
        .string()
        .regex(/^[0-9a-f]{16}$/, 'expected the key of a cell')
        .optional(),
      offset: intParam(0, MAX_OFFSET).optional(),
      limit: intParam(1, MAX_SET_CELLS).optional(),
    });
    await access.readRuns(req, query.run);
    await whileConnected(res, async signal =>
      sendValue(req, res, await verdicts.sets.cells(query, { signal })),
    );
  });

  router.get('/v1/comparisons/inputs', async (req, res) => {
    await access.authenticated(req);
    const { run } = parseQuery(req, { run: RUN_SET.run });
    await access.readRuns(req, run);
    sendValue(req, res, { items: await verdicts.sets.inputs(run) });
  });

  router.get('/v1/comparisons/export', async (req, res) => {
    await access.authenticated(req);
    const { format, ...query } = parseQuery(req, {
      ...RUN_SET_CELLS,
      format: z.enum(['csv', 'json']),
    });
    await access.readRuns(req, query.run);
    await whileConnected(res, signal =>
      audited(
        auditor,
        {
          eventId: 'comparison-export',
          severityLevel: 'low',
          request: req,
          meta: { runs: query.run, format },
        },
        async () => {
          const { set, rows } = await verdicts.sets.all(query, { signal });
          res.attachment(`comparison.${format}`);
          res.set({
            'Cache-Control': 'private, no-cache',
            'X-Content-Type-Options': 'nosniff',
          });
          const write = format === 'csv' ? exportCsv : exportJson;
          await pipeline(Readable.from(write(set, rows)), res);
        },
      ),
    );
  });

  router.get('/v1/runs/:runId/gate', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    parseQuery(req, {});
    const { runId } = req.params;
    const gate = await verdicts.gate(runId);
    if (!gate) {
      throw new NotFoundError(`Run '${runId}' was judged without a baseline`);
    }
    sendValue(req, res, gate);
  });

  router.get('/v1/runs/:runId/comparison', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
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
    const { runId } = req.params;
    const baseline =
      query.baseline ?? (await verdicts.gate(runId))?.baseline?.id;
    if (baseline !== undefined) await access.readRuns(req, [runId, baseline]);
    await whileConnected(res, async signal =>
      sendValue(req, res, await verdicts.compare(runId, { ...query, signal })),
    );
  });

  router.get(
    '/v1/clusters/:cluster/namespaces/:namespace/arenajobs/:name/trend',
    async (req, res) => {
      const { cluster, namespace, name } = req.params;
      const readable = await access.read(req, {
        kind: 'ArenaJob',
        cluster,
        namespace,
        name,
      });
      const {
        limit = DEFAULT_POINTS,
        cursor,
        scenario,
        provider,
      } = parseQuery(req, {
        limit: intParam(1, MAX_POINTS).optional(),
        cursor: z
          .string()
          .regex(/^\d{1,10}$/, 'expected the nextCursor of the page before')
          .refine(
            text => Number(text) <= MAX_SEQ,
            'expected the nextCursor of the page before',
          )
          .optional(),
        scenario: z.string().min(1).max(253).optional(),
        provider: z.string().min(1).max(253).optional(),
      });
      const isPart = scenario !== undefined || provider !== undefined;
      if (isPart && limit > MAX_PART_POINTS) {
        throw new InputError(
          `Invalid query parameter 'limit' is ${limit}: of a scenario or a provider at most ${MAX_PART_POINTS} are allowed`,
        );
      }
      const store = storeOf(clusters, cluster);
      const series = {
        cluster: store.cluster,
        namespace,
        job: name,
        readable: readable.criteria,
      };
      const trend = await verdicts.trend({
        ...series,
        limit,
        cursor,
        scenario,
        provider,
      });
      // The part may be the one thing that was never there.
      const whole =
        isPart && trend.points.length === 0
          ? await verdicts.trend({ ...series, limit: 1 })
          : trend;
      if (whole.points.length === 0) {
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

/** Work that may take long: nobody waits for it once the connection is gone. */
async function whileConnected(
  res: Response,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  try {
    await work(gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}
