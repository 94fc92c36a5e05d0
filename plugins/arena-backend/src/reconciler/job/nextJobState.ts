import { ArenaJobStatus } from '@backstage-arena/plugin-arena-common';
import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { formatTimestamp } from '../../time/formatTimestamp';
import { RunHead } from '../../runs/RunStore';
import { findCondition, withConditions } from '../conditions';
import { whenCancelledEarly, whenWaiting } from './beforeRun';
import { describeReports, REPORTS_WRITTEN } from './describeReports';
import { describeGate, gateEvents } from './gate';
import { describeRunning, eventsWhileRunning } from './describeRunning';
import { isKept, JOB_FINALIZER } from './jobFinalizer';
import { JobAction, JobEvent, JobWorld, NextJobState } from './JobWorld';
import { kindOf } from './kinds/kindOf';
import { JobOutcome } from './outcome';
import { observe, toProgress, withPhase } from './statusParts';

/** How long the reports of a job that has ended may wait for a worker. */
const REPORTING_MS = 600_000;
const POLL_RUNNING_MS = 500;
const LONGEST_TIMER_MS = 3_600_000;

const TERMINAL = ['Succeeded', 'Failed', 'Cancelled'];

/** True when the phase never changes again. */
export function isTerminal(phase: string | undefined): boolean {
  return phase !== undefined && TERMINAL.includes(phase);
}

/** Decides the next state of a job from the world alone: same world, same answer. */
export function nextJobState(world: JobWorld): NextJobState {
  const { job, run } = world;
  if (job.metadata.deletionTimestamp) return whenDeleted(world);
  if (isTerminal(job.status?.phase)) return whenFinished(world);
  if (!run) {
    return job.spec.cancelled ? whenCancelledEarly(world) : whenWaiting(world);
  }
  const complete = kindOf(world).isComplete(world);
  if (job.spec.cancelled && !run.outcome && !complete) {
    // The run decides whether the cancellation came in time; what it says is read on the next look.
    return {
      status: job.status ?? {},
      actions: [{ type: 'closeRun', outcome: 'Cancelled', finalize: true }],
      events: [],
      requeueAfterMs: 0,
    };
  }
  // An outcome that is known early does not wait for the reports.
  const early =
    (run.outcome === 'Cancelled' || run.outcome === 'Failed') &&
    // Unless rows may still come.
    world.dataset?.phase !== 'running';
  if (run.state === 'Closed' || early) return whenSettled(world);
  if (world.pool.trouble?.fatal) return whenBroken(world, world.pool.trouble);
  return whenRunning(world);
}

function whenDeleted(world: JobWorld): NextJobState {
  const { job, run } = world;
  const actions: JobAction[] = [];
  if (job.metadata.finalizers?.includes(JOB_FINALIZER)) {
    if (run && run.state !== 'Closed') {
      actions.push({
        type: 'closeRun',
        outcome: 'Cancelled',
        finalize: false,
      });
    }
    actions.push({ type: 'stopWorkers' }, { type: 'removeFinalizer' });
  }
  return { status: job.status ?? {}, actions, events: [] };
}

function whenFinished(world: JobWorld): NextJobState {
  const { job, run, pool, now } = world;
  const status = withReports(world, { ...job.status });
  const events = reportEvents(world, status);
  if (run && run.state !== 'Closed') {
    // It ended early and what had been done is still being reported, or its reports are written once more.
    const since = run.reportsDueAt ?? now;
    const isLate = now.getTime() - since.getTime() > REPORTING_MS;
    if (isLate || pool.trouble?.fatal) {
      return {
        status,
        actions: [endOfReports(world, run)],
        events: [],
        requeueAfterMs: 0,
      };
    }
    return {
      status: { ...status, activeWorkers: pool.active },
      actions: isKept(world.job)
        ? workersFor(world)
        : [{ type: 'addFinalizer' }, ...workersFor(world)],
      events,
      requeueAfterMs: POLL_RUNNING_MS,
    };
  }
  status.activeWorkers = 0;
  if (events.length > 0) {
    // Said first: without its finalizer the job may be gone.
    return { status, actions: [], events, requeueAfterMs: 0 };
  }
  const actions: JobAction[] = [];
  const timers: number[] = [];
  if (isKept(world.job)) {
    actions.push({ type: 'stopWorkers' });
    const due = run?.reportsDueAt;
    if (!due) actions.push({ type: 'removeFinalizer' });
    else if (due > now) timers.push(due.getTime() - now.getTime());
    else {
      actions.push({ type: 'resumeReports' });
      timers.push(0);
    }
  }
  const ttl = job.spec.ttlSecondsAfterFinished;
  if (ttl !== undefined && status.completionTime) {
    const due = Date.parse(status.completionTime) + ttl * 1_000;
    const left = due - now.getTime();
    if (left <= 0) actions.push({ type: 'deleteJob' });
    else timers.push(left);
  }
  const requeueAfterMs =
    timers.length > 0 ? Math.min(...timers, LONGEST_TIMER_MS) : undefined;
  return { status, actions, events: [], requeueAfterMs };
}

/** Nobody writes them. Where that failed before it is one more failure, after which they are tried again. */
function endOfReports({ pool }: JobWorld, run: RunHead): JobAction {
  if (run.finalizeError !== undefined) {
    const trouble = pool.trouble?.fatal ? pool.trouble : undefined;
    const message = trouble
      ? `${trouble.reason}: ${trouble.message}`
      : `no worker came to write them within ${REPORTING_MS / 60_000} minutes`;
    return { type: 'failReports', message };
  }
  const outcome = run.outcome === 'Failed' ? 'Failed' : 'Cancelled';
  return { type: 'closeRun', outcome, finalize: false };
}

/** The status with what became of the reports. */
function withReports(world: JobWorld, status: ArenaJobStatus): ArenaJobStatus {
  const reports = describeReports(world);
  if (!reports) return status;
  const { generation } = world.job.metadata;
  const { now } = world;
  const conditions = withConditions(status.conditions, [reports], {
    now,
    generation,
  });
  return { ...status, conditions };
}

/** Tells once how it ended to write the reports after the end of the job. */
function reportEvents({ job }: JobWorld, status: ArenaJobStatus): JobEvent[] {
  const before = findCondition(job.status?.conditions, REPORTS_WRITTEN);
  const now = findCondition(status.conditions, REPORTS_WRITTEN);
  if (!before || !now?.reason) return [];
  if (now.status === 'Unknown' || now.status === before.status) return [];
  return [
    {
      type: now.status === 'True' ? 'Normal' : 'Warning',
      reason: now.reason,
      message: now.message ?? '',
    },
  ];
}

function whenRunning(world: JobWorld): NextJobState {
  const { job, run, pool, now, runUrl } = world;
  const { counters } = run!;
  const started = job.status?.phase === 'Running';
  const created = kindOf(world).describeCreated(world);
  const progress = describeRunning(world);
  return {
    status: {
      ...withPhase(world, 'Running', [
        observe('ConfigValid', 'True', 'ConfigValid', 'The source is resolved'),
        observe('JobCreated', 'True', 'JobCreated', created),
        observe('Progressing', 'True', progress.reason, progress.message),
        observe('Ready', 'Unknown', 'Running', 'The job is running'),
        ...[describeReports(world) ?? []].flat(),
      ]),
      startTime: job.status?.startTime ?? formatTimestamp(now),
      run: { id: run!.id, attempt: run!.attempt },
      progress: toProgress(counters),
      activeWorkers: pool.active,
      result: { url: runUrl },
    },
    actions: workersFor(world),
    events: [
      ...(started
        ? []
        : [
            { type: 'Normal' as const, reason: 'JobCreated', message: created },
          ]),
      ...eventsWhileRunning(world, progress),
    ],
    requeueAfterMs: POLL_RUNNING_MS,
  };
}

/** Workers that will never do the work: what is there is all that the run will bring. */
function whenBroken(
  world: JobWorld,
  { reason, message }: WorkerTrouble,
): NextJobState {
  const { passed, failed, errored } = world.run!.counters;
  const finalize =
    world.run!.state === 'Running' && passed + failed + errored > 0;
  return {
    // Said before the end, so that what ended the run is known after its workers are gone.
    status: withPhase(world, 'Running', [
      observe('Progressing', 'True', reason, message),
    ]),
    actions: [{ type: 'closeRun', outcome: 'Failed', finalize }],
    events: eventsWhileRunning(world, { reason, message }),
    requeueAfterMs: 0,
  };
}

function whenSettled(world: JobWorld): NextJobState {
  const { job, run, pool, now, runUrl } = world;
  const { counters, summary, outcome } = kindOf(world).settle(world);
  const { phase, reason, message } = outcome;
  const succeeded = phase === 'Succeeded';
  const readyReason = phase;
  const created = kindOf(world).describeCreated(world);
  return {
    status: {
      ...withPhase(world, phase, [
        observe('ConfigValid', 'True', 'ConfigValid', 'The source is resolved'),
        observe('JobCreated', 'True', 'JobCreated', created),
        observe('Progressing', 'False', reason, message),
        observe('Ready', succeeded ? 'True' : 'False', readyReason, message),
        ...[describeReports(world) ?? []].flat(),
        ...[describeGate(world) ?? []].flat(),
      ]),
      startTime:
        job.status?.startTime ?? formatTimestamp(run!.startedAt ?? now),
      completionTime: formatTimestamp(run!.finishedAt ?? now),
      run: { id: run!.id, attempt: run!.attempt },
      progress: toProgress(counters),
      activeWorkers: run!.state === 'Closed' ? 0 : pool.active,
      result: { url: runUrl, summary },
    },
    actions: [
      ...(kindOf(world).isCompared ? [verdictOf(world, outcome)] : []),
      ...(run!.state === 'Closed' ? [{ type: 'stopWorkers' as const }] : []),
    ],
    events: [
      ...gateEvents(world),
      {
        type: phase === 'Failed' ? 'Warning' : 'Normal',
        reason: {
          Succeeded: 'JobSucceeded',
          Failed: 'JobFailed',
          Cancelled: 'Cancelled',
        }[phase],
        message: phase === 'Failed' ? `${reason}: ${message}` : message,
      },
    ],
    // The finalizer goes once the final status is written.
    requeueAfterMs: 0,
  };
}

function verdictOf(
  { gate }: JobWorld,
  { phase, reason }: JobOutcome,
): JobAction {
  return { type: 'recordVerdict', verdict: { phase, reason, gate } };
}

function workersFor(world: JobWorld): JobAction[] {
  if (world.launchObstacle) return [];
  const replicas = kindOf(world).replicas(world);
  return [
    {
      type: 'ensureWorkers',
      replicas: Math.min(replicas, world.maxWorkers ?? replicas),
      ...(world.run!.state === 'Finalizing' ? { finalizing: true } : undefined),
    },
  ];
}
