import { formatTimestamp } from '../../time/formatTimestamp';
import { findCondition } from '../conditions';
import { JobWorld, NextJobState, Obstacle } from './JobWorld';
import { JOB_FINALIZER } from './jobFinalizer';
import { observe, withPhase } from './statusParts';

/** Watches wake a waiting job; the timer is for what has no watch, such as secrets. */
const POLL_WAITING_MS = 15_000;

/** A job that was cancelled before it had a run. */
export function whenCancelledEarly(world: JobWorld): NextJobState {
  const message = 'The job was cancelled before it started';
  return {
    status: {
      ...withPhase(world, 'Cancelled', [
        observe('JobCreated', 'False', 'Cancelled', message),
        observe('Progressing', 'False', 'Cancelled', message),
        observe('Ready', 'False', 'Cancelled', message),
      ]),
      completionTime: formatTimestamp(world.now),
      activeWorkers: 0,
    },
    actions: [],
    events: [{ type: 'Normal', reason: 'Cancelled', message }],
    requeueAfterMs: 0,
  };
}

/** A job that has no run yet: it is looked at, waits for something, or gets its run. */
export function whenWaiting(world: JobWorld): NextJobState {
  const { inputs, job } = world;
  if (inputs.state === 'unknown') {
    const message = 'The job is looked at for the first time';
    return {
      status: withPhase(world, 'Pending', [
        observe('ConfigValid', 'Unknown', 'Reconciling', message),
        observe('JobCreated', 'False', 'Reconciling', message),
        observe('Progressing', 'False', 'Reconciling', message),
        observe('Ready', 'False', 'Reconciling', message),
      ]),
      actions: [],
      events: [],
      requeueAfterMs: 0,
    };
  }
  if (inputs.state === 'refused') return whenRefused(world, inputs);
  if (inputs.state === 'blocked') return whenBlocked(world, inputs.obstacle);
  return {
    // The run is what is looked at next, and says everything at once.
    status: job.status ?? {},
    actions: job.metadata.finalizers?.includes(JOB_FINALIZER)
      ? [{ type: 'createRun', run: inputs.run }]
      : [{ type: 'addFinalizer' }, { type: 'createRun', run: inputs.run }],
    events: [],
    requeueAfterMs: 0,
  };
}

function whenRefused(
  world: JobWorld,
  { reason, message }: { reason: string; message: string },
): NextJobState {
  return {
    status: {
      ...withPhase(world, 'Failed', [
        observe('ConfigValid', 'False', reason, message),
        observe('JobCreated', 'False', reason, message),
        observe('Progressing', 'False', reason, message),
        observe('Ready', 'False', reason, message),
      ]),
      completionTime: formatTimestamp(world.now),
      activeWorkers: 0,
    },
    actions: [],
    events: [
      {
        type: 'Warning',
        reason: 'JobFailed',
        message: `${reason}: ${message}`,
      },
    ],
    requeueAfterMs: 0,
  };
}

function whenBlocked(world: JobWorld, obstacle: Obstacle): NextJobState {
  const { condition, reason, message } = obstacle;
  const before = findCondition(world.job.status?.conditions, 'Ready');
  const told =
    before?.reason === reason && (obstacle.quiet || before.message === message);
  const configValid =
    condition === 'ConfigValid'
      ? observe('ConfigValid', 'False', reason, message)
      : observe('ConfigValid', 'True', 'ConfigValid', 'The source is resolved');
  return {
    status: withPhase(world, 'Pending', [
      configValid,
      observe('JobCreated', 'False', reason, message),
      observe('Progressing', 'False', reason, message),
      observe('Ready', 'False', reason, message),
    ]),
    actions: [],
    events: told
      ? []
      : [
          {
            type: 'Warning',
            reason: condition === 'ConfigValid' ? 'ConfigNotReady' : reason,
            message,
          },
        ],
    requeueAfterMs: obstacle.retryAfterMs ?? POLL_WAITING_MS,
  };
}
