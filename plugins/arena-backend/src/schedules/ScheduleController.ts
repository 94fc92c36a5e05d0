import { isError } from '@backstage/errors';
import {
  ArenaJob,
  ArenaJobSpec,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import {
  CronExpression,
  timezoneProblem,
} from '@backstage-arena/plugin-arena-common/schedule';
import {
  EventRecorder,
  ResourceStore,
} from '@backstage-arena/plugin-arena-node';
import { findCondition, Observation } from '../reconciler/conditions';
import { Controller, ReconcileResult } from '../reconciler/Controller';
import { getOrUndefined } from '../reconciler/getOrUndefined';
import { parseDuration } from '../reconciler/parseDuration';
import { isTerminal } from '../reconciler/job/nextJobState';
import { StatusWriter } from '../reconciler/StatusWriter';
import { Clock } from '../time/Clock';
import { isChildOf, SCHEDULE_UID, scheduledAt } from './childJob';
import { decideFires } from './decideFires';
import { DueFires, dueFires, Fire } from './dueFires';
import { expiredChildren } from './expiredChildren';
import { fireEvent } from './fireEvent';
import { describeSchedule } from './describeSchedule';
import { parentStatus } from './parentStatus';
import { ScheduleHistory, ScheduleState } from './ScheduleHistory';
import { startChild } from './startChild';

const LONGEST_TIMER_MS = 3_600_000;
const PAGE_SIZE = 500;

/** Options of a {@link ScheduleController}. */
export interface ScheduleControllerOptions {
  store: ResourceStore;
  events: EventRecorder;
  history: ScheduleHistory;
  clock: Clock;
  /** Which objects are driven. Default: all. */
  takes?: (object: ArenaObject) => boolean;
}

/** An ArenaJob with a schedule. */
interface Parent {
  job: ArenaJob;
  schedule: NonNullable<ArenaJobSpec['schedule']>;
  expression: CronExpression;
}

/** Starts a child job whenever the schedule of an ArenaJob is due, and removes those that are too many. */
export class ScheduleController implements Controller {
  readonly kind = 'ArenaJob' as const;
  private readonly statuses: StatusWriter;

  constructor(private readonly options: ScheduleControllerOptions) {
    this.statuses = new StatusWriter(options.store);
  }

  wants(object: ArenaObject): boolean {
    return isScheduled(object);
  }

  affectedBy({ kind, metadata }: ArenaObject): ObjectKey[] {
    if (kind !== 'ArenaJob') return [];
    return (metadata.ownerReferences ?? [])
      .filter(owner => owner.kind === 'ArenaJob')
      .map(({ name }) => ({ namespace: metadata.namespace, name }));
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult> {
    const { store, takes, history } = this.options;
    const job = await getOrUndefined<ArenaJob>(store, 'ArenaJob', key);
    if (!job) await history.forget(store.cluster, key);
    const schedule = job?.spec.schedule;
    if (!job || !schedule || !(takes?.(job) ?? true)) return {};
    // What it owns is deleted after it.
    if (job.metadata.deletionTimestamp) return {};
    const problem = timezoneProblem(schedule.timezone);
    if (problem) return this.refuse(job, 'timezone', problem);
    let expression: CronExpression;
    try {
      expression = CronExpression.parse(schedule.cron, {
        seed: `${key.namespace}/${key.name}`,
      });
    } catch (error) {
      return this.refuse(
        job,
        'cron',
        isError(error) ? error.message : String(error),
      );
    }
    return this.proceed({ job, schedule, expression });
  }

  private async proceed(parent: Parent): Promise<ReconcileResult> {
    const { store, events, clock, history } = this.options;
    const { job, schedule, expression } = parent;
    const { uid } = job.metadata;
    const now = clock.now();
    const children = await this.childrenOf(job);
    const before = await history.open(store.cluster, job, {
      handledUntil: Date.parse(job.metadata.creationTimestamp),
      expression: expressionOf(parent),
      suspended: schedule.suspend,
    });
    // What a schedule would have done before it was written is not behind.
    const isNew = before.expression !== expressionOf(parent);
    const start: ScheduleState = isNew
      ? { ...before, handledUntil: Math.max(before.handledUntil, +now) }
      : before;
    const isOver = job.spec.cancelled === true;
    const due: DueFires = isOver
      ? { fires: [] }
      : await dueFires({
          uid,
          expression,
          timezone: schedule.timezone,
          jitterMs: (schedule.jitter && parseDuration(schedule.jitter)) || 0,
          after: start.handledUntil,
          now: now.getTime(),
        });
    const active = children.filter(({ status }) => !isTerminal(status?.phase));
    const decision = decideFires({
      schedule,
      isSuspended: schedule.suspend || start.suspended,
      due,
      active: active.map(({ metadata }) => metadata.name),
      hasChild: ({ at }) => children.some(child => scheduledAt(child) === at),
      now: now.getTime(),
    });
    const handled = [...decision.skipped];
    let started: ArenaJob | undefined;
    if (decision.start) {
      const { fire, child } = await startChild(store, job, decision.start);
      handled.push(fire);
      started = child;
    }
    const last = handled[handled.length - 1];
    const after: ScheduleState = {
      handledUntil: Math.max(start.handledUntil, last?.lastAt ?? 0),
      expression: expressionOf(parent),
      suspended: schedule.suspend,
    };
    if (handled.length > 0 || !isSame(before, after)) {
      await history.record(uid, { before, after, fires: handled });
    }
    for (const fire of handled) await events.record(job, fireEvent(fire));
    if (isOver || decision.waitFor?.replace) await this.cancel(active);
    for (const child of expiredChildren(children, schedule)) {
      await this.delete(child);
    }
    const latest = started ?? children[0];
    const hasMore = decision.start !== undefined && due.fires.length > 0;
    await this.write(job, {
      latest,
      isOver: isOver && active.length === 0,
      next: isOver || schedule.suspend ? undefined : due.next,
      observation: describeSchedule({
        schedule,
        isCancelled: isOver,
        next: due.next,
        waitFor: decision.waitFor,
        last,
        active: active.map(({ metadata }) => metadata.name),
        before: findCondition(job.status?.conditions, 'Scheduling'),
      }),
    });
    if (hasMore) return { requeueAfterMs: 0 };
    if (!due.next) return {};
    const left = due.next.dueAt - now.getTime();
    return { requeueAfterMs: Math.max(1, Math.min(left, LONGEST_TIMER_MS)) };
  }

  /** Children, those that were due last first. */
  private async childrenOf(job: ArenaJob): Promise<ArenaJob[]> {
    const { store } = this.options;
    const { namespace, uid } = job.metadata;
    const found: ArenaJob[] = [];
    let page: string | undefined;
    do {
      const list = await store.list<ArenaJob>('ArenaJob', {
        namespace,
        labelSelector: `${SCHEDULE_UID}=${uid}`,
        limit: PAGE_SIZE,
        continue: page,
      });
      found.push(...list.items.filter(child => isChildOf(child, job)));
      page = list.metadata.continue;
    } while (page);
    return found.sort((a, b) => (scheduledAt(b) ?? 0) - (scheduledAt(a) ?? 0));
  }

  private async cancel(active: readonly ArenaJob[]): Promise<void> {
    for (const child of active) {
      if (child.spec.cancelled) continue;
      const { status, ...object } = child;
      await this.options.store.update({
        ...object,
        spec: JSON.parse(JSON.stringify({ ...child.spec, cancelled: true })),
      });
    }
  }

  private async delete({ metadata }: ArenaJob): Promise<void> {
    const { store } = this.options;
    const there = await getOrUndefined<ArenaJob>(store, 'ArenaJob', metadata);
    if (there?.metadata.uid !== metadata.uid) return;
    await store.delete('ArenaJob', metadata, {
      preconditions: { uid: metadata.uid },
    });
  }

  private async write(
    job: ArenaJob,
    options: {
      latest?: ArenaJob;
      isOver: boolean;
      next?: Fire;
      observation: Observation;
    },
  ): Promise<void> {
    const { latest } = options;
    await this.statuses.write(
      job,
      parentStatus(job, {
        ...options,
        now: this.options.clock.now(),
        lastAt: latest && scheduledAt(latest),
        nextAt: options.next?.at,
      }),
    );
  }

  private async refuse(
    job: ArenaJob,
    field: string,
    problem: string,
  ): Promise<ReconcileResult> {
    await this.write(job, {
      isOver: false,
      observation: {
        type: 'Scheduling',
        status: 'False',
        reason: 'InvalidSpec',
        message: `spec.schedule.${field} ${problem}`,
      },
    });
    return {};
  }
}

/** True for jobs that are started by their schedule, and not themselves. */
export function isScheduled(object: ArenaObject): boolean {
  return object.kind === 'ArenaJob' && Boolean(object.spec.schedule);
}

/** Whether a schedule is still the one that was looked at before. */
function expressionOf({ schedule, expression }: Parent): string {
  return [expression.text, schedule.timezone, schedule.jitter ?? ''].join('|');
}

function isSame(a: ScheduleState, b: ScheduleState): boolean {
  return (
    a.handledUntil === b.handledUntil &&
    a.expression === b.expression &&
    a.suspended === b.suspended
  );
}
