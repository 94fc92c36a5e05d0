import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { findCondition } from '../conditions';
import { mostReplicas } from './desiredReplicas';
import { JobEvent, JobWorld } from './JobWorld';

/** How long workers that run may be silent before the status says that nothing was heard from them. */
const SILENCE_MS = 15_000;

/** Reasons under which a run goes on as it should. */
const UNTROUBLED = [
  'JobRunning',
  'Finalizing',
  'WorkersStarting',
  'WorkersSuspended',
];

/** What keeps the run from going on as it should, as the status says it; undefined when nothing does. */
export function troubleInStatus({ job }: JobWorld): WorkerTrouble | undefined {
  const told = findCondition(job.status?.conditions, 'Progressing');
  return told?.status === 'True' &&
    told.reason &&
    !UNTROUBLED.includes(told.reason)
    ? { reason: told.reason, message: told.message ?? '' }
    : undefined;
}

/** Reason and message of the condition `Progressing` while the run is open. */
export function describeRunning(world: JobWorld): {
  reason: string;
  message: string;
} {
  const { run, now, pool, heardFromWorkers, launchObstacle, job } = world;
  const { total, pending } = run!.counters;
  if (launchObstacle) return launchObstacle;
  if (pool.trouble) {
    const { reason, message } = pool.trouble;
    return { reason, message };
  }
  if (run!.lastRefusal) return run!.lastRefusal;
  const trouble = pool.workers.find(
    worker => worker.lastReason && worker.state !== 'gone',
  );
  const startedAt =
    pool.runningSince?.getTime() ??
    Date.parse(job.status?.startTime ?? now.toISOString());
  if (!heardFromWorkers && areStarting(world)) {
    return {
      reason: 'WorkersStarting',
      message: 'The workers are being started',
    };
  }
  if (!heardFromWorkers && now.getTime() - startedAt > SILENCE_MS) {
    return {
      reason: 'BackendUnreachable',
      message: `No worker has reached the backend yet${
        trouble ? `: worker ${trouble.id} ${trouble.lastReason}` : ''
      }`,
    };
  }
  if (run!.state === 'Finalizing' && world.load) {
    return {
      reason: 'Finalizing',
      message: run!.finalizeError
        ? `The load test is over; writing the reports is tried again after: ${
            run!.finalizeError
          }`
        : 'The load test is over; the reports are being written',
    };
  }
  if (run!.state === 'Finalizing' && world.dataset) {
    const what = `${world.dataset.rows} of ${total} rows are there`;
    return {
      reason: 'Finalizing',
      message: run!.finalizeError
        ? `${what}; writing the files is tried again after: ${
            run!.finalizeError
          }`
        : `${what}; the files are being written`,
    };
  }
  if (run!.state === 'Finalizing') {
    const what =
      run!.budgetExhausted && pending > 0
        ? `${
            total - pending
          } of ${total} items are in, and the budget is used up`
        : `All ${total} items are in`;
    return {
      reason: 'Finalizing',
      message: run!.finalizeError
        ? `${what}; writing the reports is tried again after: ${
            run!.finalizeError
          }`
        : `${what}; the reports are being written`,
    };
  }
  const failing = pool.workers.find(worker => worker.state === 'starting');
  if (failing?.lastReason) {
    return {
      reason: 'JobRunning',
      message: `Worker ${failing.id} ${failing.lastReason}`,
    };
  }
  if (world.load) {
    return {
      reason: 'JobRunning',
      message: `${loadText(world.load)}${limitText(world)}`,
    };
  }
  if (world.dataset) {
    return {
      reason: 'JobRunning',
      message: `${total} rows are being generated${limitText(world)}`,
    };
  }
  if (run!.budgetExhausted) {
    return {
      reason: 'JobRunning',
      message:
        'The budget is used up: nothing more is begun, and what is under way comes to its end',
    };
  }
  // The numbers stand in `progress`; here they would change the condition with every item.
  const message =
    pending === total
      ? `The ${total} items are being worked on`
      : `The ${total} items are being worked on; results are coming in`;
  return { reason: 'JobRunning', message: `${message}${limitText(world)}` };
}

/** No numbers that change all the time. */
function loadText({ state, expected }: NonNullable<JobWorld['load']>): string {
  if (state === 'waiting') {
    return `The load test starts when ${expected} worker${
      expected === 1 ? ' is' : 's are'
    } ready`;
  }
  return state === 'running'
    ? 'The load is being sent'
    : 'Nothing more is sent; the last answers are waited for';
}

/** None of the workers runs yet, or runs again and again: images may have to be pulled, and nodes be slow. */
function areStarting({ pool: { workers } }: JobWorld): boolean {
  return workers.every(
    ({ state, lastReason }) => state !== 'running' && !lastReason,
  );
}

/** Said when the job was changed to have more workers than the limits of its run were divided among. */
function limitText({ job, maxWorkers }: JobWorld): string {
  if (maxWorkers === undefined) return '';
  return mostReplicas(job.spec.workers) > maxWorkers
    ? `; at most ${maxWorkers} workers, as when the run was planned: rate limits are divided among them`
    : '';
}

/** A worker that died is told once per reason, a run without any contact once. */
export function eventsWhileRunning(
  world: JobWorld,
  progress: { reason: string; message: string },
): JobEvent[] {
  const before = findCondition(world.job.status?.conditions, 'Progressing');
  const told =
    before?.reason === progress.reason && before.message === progress.message;
  if (told) return [];
  if (!UNTROUBLED.includes(progress.reason)) {
    return [{ type: 'Warning', ...progress }];
  }
  if (
    progress.reason === 'JobRunning' &&
    progress.message.startsWith('Worker')
  ) {
    return [
      { type: 'Warning', reason: 'WorkerFailed', message: progress.message },
    ];
  }
  return [];
}
