import { InputError } from '@backstage/errors';
import {
  ArenaJob,
  arenaJobPlacePermission,
  arenaJobRerunPermission,
} from '@backstage-arena/plugin-arena-common';
import { Router } from 'express';
import { subjectOfObject } from '../../permissions/PermissionSubject';
import { readSchedule } from '../../schedules/readSchedule';
import { scheduleDays } from '../../schedules/scheduleDays';
import { triggerJob } from '../../schedules/triggerJob';
import { systemClock } from '../../time/Clock';
import { audited } from '../audited';
import { storeOf } from '../clusters';
import { intParam, parseQuery } from '../input';
import { sendValue } from '../respond';
import { RouteContext } from '../RouterOptions';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const YEAR_MS = 366 * 86_400_000;
/** The last day that has four digits for its year. */
const LATEST_MS = Date.UTC(9999, 11, 31);

/** Schedules of jobs. */
export function addScheduleRoutes(router: Router, context: RouteContext): void {
  const { access, auditor, clusters, schedules } = context;
  const job = '/v1/clusters/:cluster/namespaces/:namespace/arenajobs/:name';

  router.get(`${job}/schedule`, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    await access.read(req, { kind: 'ArenaJob', cluster, namespace, name });
    const { limit = DEFAULT_LIMIT, before } = parseQuery(req, {
      limit: intParam(1, MAX_LIMIT).optional(),
      before: intParam(0, Number.MAX_SAFE_INTEGER).optional(),
    });
    const store = storeOf(clusters, cluster);
    const found = await store.get<ArenaJob>('ArenaJob', { namespace, name });
    const schedule = await readSchedule(found, {
      history: schedules,
      now: systemClock.now(),
      limit,
      before,
    });
    sendValue(req, res, schedule);
  });

  router.get(`${job}/schedule/days`, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    await access.read(req, { kind: 'ArenaJob', cluster, namespace, name });
    const time = intParam(0, LATEST_MS).optional();
    const query = parseQuery(req, { from: time, to: time });
    const { to = systemClock.now().getTime() } = query;
    const { from = to - YEAR_MS } = query;
    if (from > to || to - from > YEAR_MS) {
      throw new InputError(
        `Invalid query parameters 'from' ${from} and 'to' ${to}: 'to' must be at or after 'from', by 366 days at most`,
      );
    }
    const store = storeOf(clusters, cluster);
    const found = await store.get<ArenaJob>('ArenaJob', { namespace, name });
    const days = await scheduleDays(found, { history: schedules, from, to });
    sendValue(req, res, days);
  });

  router.post(`${job}/trigger`, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    const { userEntityRef } = await access.asUser(
      req,
      { kind: 'ArenaJob', cluster, namespace, name },
      arenaJobRerunPermission,
    );
    parseQuery(req, {});
    const store = storeOf(clusters, cluster);
    const meta = { cluster, namespace, name };
    const created = await audited(
      auditor,
      { eventId: 'job-trigger', severityLevel: 'medium', request: req, meta },
      () =>
        triggerJob(
          store,
          { namespace, name },
          {
            userEntityRef,
            now: systemClock.now(),
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
}
