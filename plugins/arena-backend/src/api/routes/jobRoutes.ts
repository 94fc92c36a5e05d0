import {
  arenaJobCancelPermission,
  arenaJobReadPermission,
  arenaJobPlacePermission,
  arenaJobRerunPermission,
} from '@backstage-arena/plugin-arena-common';
import { Router } from 'express';
import { z } from 'zod/v4';
import {
  subjectOfObject,
  subjectOfRun,
} from '../../permissions/PermissionSubject';
import { audited } from '../audited';
import { parseBody, readBody } from '../body';
import { clusterOf, storeOf } from '../clusters';
import { RouteContext } from '../RouterOptions';
import {
  booleanParam,
  intParam,
  listOf,
  parseInput,
  parseQuery,
} from '../input';
import { cancelJob } from '../objects/cancelJob';
import { publicRun } from '../objects/publicRun';
import { rerunJob } from '../objects/rerunJob';
import { runsOfJob } from '../objects/runsOfJob';
import { sendValue } from '../respond';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

const rerunSchema = z.strictObject({ failedOnly: z.boolean().default(false) });

/** The jobs table, and what one can do with a job. */
export function addJobRoutes(router: Router, context: RouteContext): void {
  const { access, auditor, clusters, runs } = context;
  const job = '/v1/clusters/:cluster/namespaces/:namespace/arenajobs/:name';

  router.get('/v1/clusters/:cluster/jobs', async (req, res) => {
    const readable = await access.filter(req, arenaJobReadPermission);
    const query = parseQuery(req, {
      namespace: z.string().optional(),
      phase: listOf(
        z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Cancelled']),
      ),
      type: listOf(z.enum(['evaluation', 'loadtest', 'datagen'])),
      source: z.string().optional(),
      search: z.string().max(253).optional(),
      component: z.string().optional(),
      children: booleanParam().optional(),
      orderBy: z.enum(['created', 'name', 'phase']).optional(),
      order: z.enum(['asc', 'desc']).optional(),
      limit: intParam(1, MAX_LIMIT).optional(),
      cursor: z.string().optional(),
    });
    const { cluster } = req.params;
    const { queryJobs } = clusterOf(clusters, cluster);
    const limit = query.limit ?? DEFAULT_LIMIT;
    sendValue(
      req,
      res,
      await queryJobs({ ...query, cluster, limit, readable }),
    );
  });

  router.post(`${job}/cancel`, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    await access.asUser(
      req,
      { kind: 'ArenaJob', cluster, namespace, name },
      arenaJobCancelPermission,
    );
    parseQuery(req, {});
    const store = storeOf(clusters, cluster);
    const meta = { cluster, namespace, name };
    const cancelled = await audited(
      auditor,
      { eventId: 'job-cancel', severityLevel: 'medium', request: req, meta },
      () => cancelJob(store, { namespace, name }),
    );
    sendValue(req, res, cancelled);
  });

  router.post(`${job}/rerun`, readBody(), async (req, res) => {
    const { cluster, namespace, name } = req.params;
    const { userEntityRef } = await access.asUser(
      req,
      { kind: 'ArenaJob', cluster, namespace, name },
      arenaJobRerunPermission,
    );
    parseQuery(req, {});
    const store = storeOf(clusters, cluster);
    const { failedOnly } = parseInput(
      rerunSchema,
      req.get('content-type') ? parseBody(req) : {},
      'field',
    );
    const meta = { cluster, namespace, name, failedOnly };
    const created = await audited(
      auditor,
      { eventId: 'job-rerun', severityLevel: 'medium', request: req, meta },
      () =>
        rerunJob(
          { store, runs },
          { namespace, name },
          {
            failedOnly,
            userEntityRef,
            mayCreate: wanted =>
              access.onSubject(
                req,
                subjectOfObject(cluster, wanted),
                arenaJobPlacePermission,
              ),
          },
        ),
    );
    sendValue(req, res, created, 201);
  });

  router.get(`${job}/runs`, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    const readable = await access.read(req, {
      kind: 'ArenaJob',
      cluster,
      namespace,
      name,
    });
    parseQuery(req, {});
    const store = storeOf(clusters, cluster);
    const items = await runsOfJob({ store, runs }, { namespace, name });
    const visible = items.filter(run => readable.allows(subjectOfRun(run)));
    sendValue(req, res, { items: visible.map(publicRun) });
  });
}
