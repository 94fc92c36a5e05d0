import { NotFoundError } from '@backstage/errors';
import {
  arenaJobUpdatePermission,
  arenaTranscriptReadPermission,
  ITEM_LABEL_PATTERN,
} from '@backstage-arena/plugin-arena-common';
import { Request, Router } from 'express';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod/v4';
import { logFields } from '../../runs/logFields';
import { audited } from '../audited';
import { storeOf } from '../clusters';
import { RouteContext } from '../RouterOptions';
import { intParam, listOf, parseInput, parseQuery } from '../input';
import { publicRun } from '../objects/publicRun';
import { retryReports } from '../objects/retryReports';
import { sendValue } from '../respond';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_CELLS = 100;

const labelParam = z
  .string()
  .regex(ITEM_LABEL_PATTERN, 'expected a label such as known-issue');

/** Runs, their items, matrix, transcripts and reports. They stay readable after their job is gone. */
export function addRunRoutes(router: Router, context: RouteContext): void {
  const { access, auditor, clusters, comments, logger, runs } = context;
  const { snapshots, transcripts } = context;

  router.get('/v1/runs/:runId', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    parseQuery(req, {});
    sendValue(req, res, publicRun(await runs.get(req.params.runId)));
  });

  router.get('/v1/runs/:runId/matrix', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    parseQuery(req, {});
    sendValue(req, res, await runs.matrix(req.params.runId));
  });

  router.get('/v1/runs/:runId/statistics', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    const query = parseQuery(req, {
      scenario: listOf(z.string()),
      provider: listOf(z.string()),
      limit: intParam(1, MAX_CELLS).optional(),
      cursor: z.string().optional(),
    });
    // They may take long: nobody waits for them once the connection is gone.
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    try {
      const { signal } = gone;
      sendValue(
        req,
        res,
        await runs.statistics(req.params.runId, query, { signal }),
      );
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    }
  });

  router.get('/v1/runs/:runId/items', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    const query = parseQuery(req, {
      status: listOf(z.enum(['passed', 'failed', 'errored'])),
      scenario: listOf(z.string()),
      provider: listOf(z.string()),
      label: listOf(labelParam),
      withoutLabel: listOf(labelParam),
      orderBy: z
        .enum(['index', 'durationMs', 'cost', 'outputTokens', 'finishedAt'])
        .optional(),
      order: z.enum(['asc', 'desc']).optional(),
      limit: intParam(1, MAX_LIMIT).optional(),
      cursor: z.string().optional(),
    });
    const { runId } = req.params;
    const { label, withoutLabel, limit = DEFAULT_LIMIT, ...rest } = query;
    const page = await runs.items(
      runId,
      { ...rest, limit },
      {
        only: label && (await comments.labelled(runId, label)),
        except: withoutLabel && (await comments.labelled(runId, withoutLabel)),
      },
    );
    sendValue(req, res, page);
  });

  router.get('/v1/runs/:runId/items/:index', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    parseQuery(req, {});
    sendValue(req, res, await runs.item(req.params.runId, indexOf(req)));
  });

  router.get('/v1/runs/:runId/items/:index/transcript', async (req, res) => {
    await access.asUser(
      req,
      { runId: req.params.runId },
      arenaTranscriptReadPermission,
    );
    parseQuery(req, {});
    const { runId } = req.params;
    const index = indexOf(req);
    const text = await audited(
      auditor,
      {
        eventId: 'transcript-read',
        severityLevel: 'low',
        request: req,
        meta: { runId, index },
      },
      () => transcripts.read(runId, index),
    );
    res.type('json').send(text);
  });

  router.post('/v1/runs/:runId/reports/retry', async (req, res) => {
    const { runId } = req.params;
    await access.asUser(req, { runId }, arenaJobUpdatePermission);
    parseQuery(req, {});
    const run = await runs.get(runId);
    const store = storeOf(clusters, run.cluster);
    await audited(
      auditor,
      {
        eventId: 'reports-retry',
        severityLevel: 'medium',
        request: req,
        meta: { runId },
      },
      () => retryReports({ store, runs, now: new Date() }, run),
    );
    sendValue(req, res, publicRun(await runs.get(runId)), 202);
  });

  router.get('/v1/runs/:runId/reports/:name', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    parseQuery(req, {});
    const { runId, name } = req.params;
    const run = await runs.get(runId);
    const { reports } = run;
    const report = reports.find(candidate => candidate.name === name);
    if (!report) {
      throw new NotFoundError(
        `Run '${runId}' has no report '${name}': ${
          reports.length
            ? `it has ${reports.map(candidate => candidate.name).join(', ')}`
            : 'it has none'
        }`,
      );
    }
    res.attachment(report.name);
    res.set({
      ETag: `"${report.digest}"`,
      'Content-Type': report.contentType,
      'Cache-Control': 'private, no-cache',
      // A report quotes what models said: it must never be run as a page of the portal.
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    if (req.fresh) {
      res.status(304).end();
      return;
    }
    const { content } = await audited(
      auditor,
      {
        eventId: 'report-download',
        severityLevel: 'low',
        request: req,
        meta: { runId, report: name },
      },
      () => snapshots.open(report.digest),
    );
    res.set('Content-Length', String(report.size));
    try {
      await pipeline(content, res);
    } catch (error) {
      // The headers are out: all that is left is to break the connection, which pipeline has done.
      logger.warn(`Sending report '${name}' of run '${runId}' failed`, {
        ...logFields({ ...run, runId }),
        reason: String(error),
      });
    }
  });
}

function indexOf(req: Request): number {
  return parseInput(
    intParam(0, Number.MAX_SAFE_INTEGER),
    req.params.index,
    'item index',
  );
}
