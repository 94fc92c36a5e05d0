import { arenaJobUpdatePermission } from '@backstage-arena/plugin-arena-common';
import {
  formatMetrics,
  loadCommandSchema,
  loadMetrics,
  METRICS_CONTENT_TYPE,
} from '@backstage-arena/plugin-arena-common/load';
import { Router } from 'express';
import { audited } from '../audited';
import { parseBody, readBody } from '../body';
import { intParam, parseInput, parseQuery } from '../input';
import { sendValue } from '../respond';
import { RouteContext } from '../RouterOptions';

/** The load tests of runs: how far they are, their figures by second, and changes while they run. */
export function addLoadRoutes(router: Router, context: RouteContext): void {
  const { access, auditor, loads } = context;
  const load = '/v1/runs/:runId/load';

  router.get(load, async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    parseQuery(req, {});
    sendValue(req, res, await loads.state(req.params.runId));
  });

  router.get(`${load}/series`, async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    const { from = 0 } = parseQuery(req, {
      from: intParam(0, Number.MAX_SAFE_INTEGER).optional(),
    });
    sendValue(req, res, await loads.series(req.params.runId, from));
  });

  router.get(`${load}/metrics`, async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    parseQuery(req, {});
    const { report } = await loads.state(req.params.runId);
    res.set('Cache-Control', 'no-store');
    res.type(METRICS_CONTENT_TYPE);
    res.send(report ? formatMetrics(loadMetrics(report)) : '');
  });

  router.post(`${load}/controls`, readBody(), async (req, res) => {
    const { runId } = req.params;
    await access.asUser(req, { runId }, arenaJobUpdatePermission);
    parseQuery(req, {});
    const command = parseInput(loadCommandSchema, parseBody(req), 'field');
    await audited(
      auditor,
      {
        eventId: 'load-control',
        severityLevel: 'medium',
        request: req,
        meta: { runId, ...command },
      },
      () => loads.command(runId, command),
    );
    sendValue(req, res, await loads.state(runId));
  });
}
