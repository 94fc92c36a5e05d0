import { ArenaJobSpec } from '@backstage-arena/plugin-arena-common';
import { Observation } from '../reconciler/conditions';
import { HandledFires } from '@backstage-arena/plugin-arena-common';
import { FireDecision } from './decideFires';
import { Fire } from './dueFires';

/** The condition `Scheduling` of a job with a schedule: whether it goes on, and why the last run did not start. */
export function describeSchedule(options: {
  schedule: NonNullable<ArenaJobSpec['schedule']>;
  isCancelled: boolean;
  next?: Fire;
  waitFor?: FireDecision['waitFor'];
  /** What became of the latest fire, if any was due. */
  last?: HandledFires;
  /** Names of child jobs that run. */
  active: readonly string[];
  /** Until when everything is dealt with already: the clock was ahead. */
  aheadUntil?: number;
}): Observation {
  const { schedule, isCancelled, next, waitFor, last, active, aheadUntil } =
    options;
  const off = (reason: string, message: string): Observation => ({
    type: 'Scheduling',
    status: 'False',
    reason,
    message,
  });
  const on = (reason: string, message: string): Observation => ({
    type: 'Scheduling',
    status: 'True',
    reason,
    message,
  });
  if (isCancelled) return off('Cancelled', 'The job was cancelled');
  if (schedule.suspend) {
    return off('Suspended', 'spec.schedule.suspend is set: nothing is started');
  }
  if (waitFor) {
    const due = timeOf(waitFor.fire.at);
    return waitFor.replace
      ? on(
          'Replacing',
          `The run due at ${due} waits for ${active.join(
            ', ',
          )}, which is cancelled`,
        )
      : on(
          'CatchingUp',
          `The run due at ${due} waits for ${active.join(', ')}`,
        );
  }
  if (aheadUntil !== undefined) {
    return on(
      'ClockWasAhead',
      `What was due until ${timeOf(aheadUntil)} is dealt with already`,
    );
  }
  if (!next) return off('NeverFires', 'There is no such date any more');
  if (last?.outcome === 'Started') {
    return on(
      'RunStarted',
      `${last.child} was started for ${timeOf(last.lastAt)}`,
    );
  }
  if (last) {
    return on(
      `Run${last.outcome}`,
      `The run due at ${timeOf(last.lastAt)} did not start: ${last.message}`,
    );
  }
  return on('Waiting', 'Waits for the first run');
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
