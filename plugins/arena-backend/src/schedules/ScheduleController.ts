import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ArenaJob,
  ArenaJobSpec,
  ArenaObject,
  HandledFires,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
} from '@backstage-arena/plugin-arena-node';
import { isDeepStrictEqual } from 'node:util';
import { specFaults } from '../planning/specFaults';
import { Observation } from '../reconciler/conditions';
import { Controller, ReconcileResult } from '../reconciler/Controller';
import { getOrUndefined } from '../reconciler/getOrUndefined';
import { isTerminal } from '../reconciler/job/nextJobState';
import { recall } from '../reconciler/recall';
import { StatusWriter, WriteResult } from '../reconciler/StatusWriter';
import { Clock } from '../time/Clock';
import { RunVerdicts } from '../verdicts/RunVerdicts';
import { childName, startedTimes } from './childJob';
import { childrenOf } from './childrenOf';
import { decideFires } from './decideFires';
import { DueFires, dueFires, Fire } from './dueFires';
import { expiredChildren } from './expiredChildren';
import { EndedChildren } from './EndedChildren';
import { ENDED, expressionOf } from './expressionOf';
import { fireEvent, unreadableEvent } from './fireEvent';
import { describeSchedule } from './describeSchedule';
import { knownSince } from './knownSince';
import { parentStatus } from './parentStatus';
import { ScheduleHistory, ScheduleState } from './ScheduleHistory';
import { startChild, startedFire } from './startChild';
import { unstarted } from './unstarted';

const DEFAULT_LONGEST_TIMER_MS = 3_600_000;

const READY: Observation = {
  type: 'Ready',
  status: 'True',
  reason: 'Scheduled',
  message: 'Its jobs are started by the schedule',
};

/** Options of a {@link ScheduleController}. */
export interface ScheduleControllerOptions {
  store: ResourceStore;
  events: EventRecorder;
  history: ScheduleHistory;
  /** Know how a job ended that is gone. */
  verdicts: Pick<RunVerdicts, 'phaseOf'>;
  clock: Clock;
  logger: LoggerService;
  /** Which objects are driven. Default: all. */
  takes?: (object: ArenaObject) => boolean;
  /** A schedule is looked at again after so long, also when nothing is due: the clock may have been set. Default one hour. */
  longestTimerMs?: number;
  /** Called with what became of times that were due, once it is on record. */
  onFires?: (cluster: string, fires: readonly HandledFires[]) => void;
}

type Schedule = NonNullable<ArenaJobSpec['schedule']>;

/** Starts a child job whenever the schedule of an ArenaJob is due, and removes those that are too many. */
export class ScheduleController implements Controller {
  readonly kind = 'ArenaJob' as const;
  private readonly statuses: StatusWriter;
  private readonly ended = new EndedChildren();

  constructor(private readonly options: ScheduleControllerOptions) {
    this.statuses = new StatusWriter(options.store);
  }

  wants(object: ArenaObject): boolean {
    return isScheduled(object);
  }

  affectedBy(changed: ArenaObject): ObjectKey[] {
    const { kind, metadata } = changed;
    if (kind !== 'ArenaJob') return [];
    const parents = (metadata.ownerReferences ?? [])
      .filter(owner => owner.kind === 'ArenaJob')
      .map(({ name }) => ({ namespace: metadata.namespace, name }));
    parents.forEach(parent => this.ended.note(parent, changed));
    return parents;
  }

  async stepDown(): Promise<void> {
    this.ended.clear();
  }

  /** Looks at all that a schedule is known of: its job may have been deleted while nobody acted. */
  wokenBy(wake: (key: ObjectKey) => void): () => void {
    const { history, store, logger } = this.options;
    const read = () => history.jobs(store.cluster);
    return recall({ what: 'the schedules', read, wake, logger });
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult> {
    const { store, takes, history } = this.options;
    const job = await getOrUndefined<ArenaJob>(store, 'ArenaJob', key);
    if (!job?.spec.schedule) {
      this.ended.forget(key, this.ended.of(key, []));
      await history.forget(store.cluster, key);
    }
    const schedule = job?.spec.schedule;
    if (!job || !schedule || !(takes?.(job) ?? true)) return {};
    // What it owns is deleted after it.
    if (job.metadata.deletionTimestamp) return {};
    // Where nothing checks objects before they are taken.
    const faults = specFaults('ArenaJob', job.spec);
    if (faults) return this.refuse(job, faults);
    return this.proceed(job, schedule);
  }

  private async proceed(
    job: ArenaJob,
    schedule: Schedule,
  ): Promise<ReconcileResult> {
    const { store, events, clock, history } = this.options;
    const { uid } = job.metadata;
    const now = clock.now().getTime();
    const isOver = job.spec.cancelled === true;
    const current = isOver ? ENDED : expressionOf(schedule);
    const before = await history.open(store.cluster, job, {
      handledUntil: knownSince(job, now),
      expression: current,
      suspended: schedule.suspend,
    });
    const running = await history.running(uid);
    // After the records: who has read that of another replica must see its child as well.
    const children = await childrenOf(store, job);
    const times = startedTimes(children);
    const hasChild = ({ at }: Fire) => times.has(at);
    const isChanged = before.expression !== current;
    // What a schedule would have done before it was written is not behind.
    const after = isChanged
      ? Math.max(before.handledUntil, now)
      : before.handledUntil;
    const due: DueFires = isOver
      ? { fires: [] }
      : await dueFires(job, schedule, { after, now, hasChild });
    const active = children.filter(({ status }) => !isTerminal(status?.phase));
    const stillRun = startedTimes(active);
    await this.settle(job, {
      ended: running.filter(at => !stillRun.has(at)),
      children,
    });
    const names = active.map(({ metadata }) => metadata.name);
    const decision = decideFires({
      schedule,
      isSuspended: schedule.suspend || before.suspended,
      due,
      active: names,
      waitingFor: before.waitingFor,
      hasChild,
      now,
    });
    const left = isChanged
      ? await unstarted(job, before, { now, hasChild })
      : undefined;
    if (left?.problem) await events.record(job, unreadableEvent(left.problem));
    const handled = left ? left.fires : [...decision.skipped];
    // Room first: a quota may count what is to go.
    for (const child of expiredChildren(children, schedule)) {
      await this.delete(child);
    }
    let started: ArenaJob | undefined;
    if (decision.start && hasChild(decision.start)) {
      // Its child may have ended since, and be among those that are too many.
      handled.push(startedFire(job, decision.start.at));
    } else if (decision.start) {
      const { fire, child } = await startChild(store, job, decision.start);
      handled.push(fire);
      started = child;
    }
    for (const fire of handled) {
      const event = fireEvent(fire);
      if (event) await events.record(job, event);
    }
    const last = handled[handled.length - 1];
    const { waitFor } = decision;
    const state: ScheduleState = {
      handledUntil: Math.max(after, last?.lastAt ?? 0),
      expression: current,
      suspended: schedule.suspend,
      waitingFor: waitFor?.replace ? waitFor.fire.at : undefined,
    };
    const { waitingFor = 0 } = before;
    // A clock that was set back does not make it forget what it has cancelled a run for.
    if (!waitFor && waitingFor > state.handledUntil) {
      state.waitingFor = waitingFor;
    }
    if (handled.length > 0 || !isDeepStrictEqual(before, state)) {
      await history.record(uid, { before, after: state, fires: handled });
      this.options.onFires?.(store.cluster, handled);
    }
    if (isOver || waitFor?.replace) await this.cancel(active);
    const [latestFire] = await history.list(uid, { limit: 1 });
    const onRecord = latestFire ? [latestFire, ...handled] : handled;
    const lastStart = onRecord.filter(({ outcome }) => outcome === 'Started');
    const written = await this.write(job, {
      children: started ? [started, ...children] : children,
      isOver: isOver && active.length === 0,
      startedAt: lastStart[lastStart.length - 1]?.lastAt,
      next: isOver || schedule.suspend ? undefined : due.next,
      observations: [
        READY,
        describeSchedule({
          schedule,
          isCancelled: isOver,
          next: due.next,
          waitFor,
          last: latestFire,
          active: names,
          aheadUntil: state.handledUntil > now ? state.handledUntil : undefined,
        }),
      ],
    });
    if (decision.start) return { requeueAfterMs: 0 };
    const longest = this.options.longestTimerMs ?? DEFAULT_LONGEST_TIMER_MS;
    const timers = [
      written.written ? undefined : written.retryAfterMs,
      due.next && Math.min(due.next.dueAt - now, longest),
    ].filter(ms => ms !== undefined);
    return timers.length > 0
      ? { requeueAfterMs: Math.max(1, Math.min(...timers)) }
      : {};
  }

  /** Puts on record what became of the jobs that were started and run no more. */
  private async settle(
    job: ArenaJob,
    options: { ended: readonly number[]; children: readonly ArenaJob[] },
  ): Promise<void> {
    const { store, history, verdicts } = this.options;
    const { namespace, uid } = job.metadata;
    const known = this.ended.of(job.metadata, options.children);
    for (const at of options.ended) {
      const result =
        known.get(at) ??
        (await verdicts.phaseOf(store.cluster, {
          namespace,
          name: childName(job, at),
        }));
      await history.settle(uid, at, result ?? 'Unknown');
    }
    this.ended.forget(job.metadata, known);
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
    options: Omit<Parameters<typeof parentStatus>[1], 'now' | 'nextAt'> & {
      next?: Fire;
    },
  ): Promise<WriteResult> {
    return this.statuses.write(
      job,
      parentStatus(job, {
        ...options,
        now: this.options.clock.now(),
        nextAt: options.next?.at,
      }),
    );
  }

  private async refuse(
    job: ArenaJob,
    message: string,
  ): Promise<ReconcileResult> {
    const fault = { status: 'False', reason: 'InvalidSpec', message } as const;
    await this.write(job, {
      children: [],
      isOver: false,
      observations: [
        { type: 'Ready', ...fault },
        { type: 'Scheduling', ...fault },
      ],
    });
    return {};
  }
}

/** True for jobs that are started by their schedule, and not themselves. */
export function isScheduled(object: ArenaObject): boolean {
  return object.kind === 'ArenaJob' && Boolean(object.spec.schedule);
}
