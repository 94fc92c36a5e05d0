import {
  ArenaJobSpec,
  FireOutcome,
  HandledFires,
} from '@backstage-arena/plugin-arena-common';
import { DueFires, Fire } from './dueFires';

type Schedule = NonNullable<ArenaJobSpec['schedule']>;

/** What is to be done about what is due. */
export interface FireDecision {
  /** In order of time, all before `start`. */
  skipped: HandledFires[];
  /** Is to be started now. */
  start?: Fire;
  /** Must end before the next one is started. */
  waitFor?: { replace: boolean; fire: Fire };
}

const SUSPENDED = 'The schedule was suspended';
/** Later than this, a fire was missed. */
export const ON_TIME_MS = 60_000;

/**
 * Decides what follows for what is due: at most one start at a time.
 *
 * @param options.active - names of child jobs that have not ended
 * @param options.waitingFor - time of a fire for which a run was cancelled: it is started once that has ended, however late
 * @param options.hasChild - whether a fire has its child already: it was started before a crash, whatever would be decided now
 */
export function decideFires(options: {
  schedule: Schedule;
  isSuspended: boolean;
  due: DueFires;
  active: readonly string[];
  waitingFor?: number;
  hasChild: (fire: Fire) => boolean;
  now: number;
}): FireDecision {
  const { schedule, isSuspended, due, active, waitingFor, hasChild, now } =
    options;
  const { catchUp, concurrencyPolicy, startingDeadlineSeconds } = schedule;
  const skipped: HandledFires[] = [];
  const skip = (
    fires: { firstAt: number; lastAt: number; count: number },
    outcome: FireOutcome,
    message: string,
  ) => {
    const last = skipped[skipped.length - 1];
    if (last?.outcome === outcome && last.message === message) {
      last.lastAt = fires.lastAt;
      last.count += fires.count;
    } else skipped.push({ ...fires, outcome, message });
  };
  const alone = ({ at }: Fire) => ({ firstAt: at, lastAt: at, count: 1 });

  if (due.older && isSuspended) {
    skip(due.older, 'Suspended', SUSPENDED);
  } else if (due.older) {
    skip(due.older, 'Missed', 'More were missed than are ever caught up with');
  }
  for (const [index, fire] of due.fires.entries()) {
    const lateMs = now - fire.dueAt;
    const isAwaited = fire.at === waitingFor;
    const isMissed = lateMs > ON_TIME_MS && !isAwaited;
    const isLast = index === due.fires.length - 1;
    if (hasChild(fire)) {
      return { skipped, start: fire };
    } else if (isSuspended) {
      skip(alone(fire), 'Suspended', SUSPENDED);
    } else if (
      startingDeadlineSeconds !== undefined &&
      !isAwaited &&
      lateMs > startingDeadlineSeconds * 1_000
    ) {
      skip(
        alone(fire),
        'DeadlineExceeded',
        `It could not be started within ${startingDeadlineSeconds} s`,
      );
    } else if (catchUp === 'none' && isMissed) {
      skip(alone(fire), 'Missed', 'Nobody was there to start it in time');
    } else if (catchUp !== 'all' && !isLast) {
      skip(alone(fire), 'Missed', 'A later one was due as well');
    } else if (active.length === 0 || concurrencyPolicy === 'Allow') {
      return { skipped, start: fire };
    } else if (catchUp === 'all' && isMissed) {
      // What is caught up with runs one after the other.
      return { skipped, waitFor: { replace: false, fire } };
    } else if (concurrencyPolicy === 'Replace') {
      return { skipped, waitFor: { replace: true, fire } };
    } else {
      skip(alone(fire), 'Forbidden', `${active.join(', ')} still ran`);
    }
  }
  return { skipped };
}
