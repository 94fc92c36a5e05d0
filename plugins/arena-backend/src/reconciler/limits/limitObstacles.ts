import { NamespaceLimits } from '../../config/readLimits';
import { Obstacle } from '../job/JobWorld';
import { Waiter } from './WaitingLine';

/** Reasons under which a job waits for a limit of its namespace. */
export const LIMIT_REASONS = ['QuotaExceeded', 'BudgetExhausted'];

/** More is not counted: each that starts would change what all others say. */
const MAX_COUNTED = 10;
const SOON_MS = 15_000;
/** The first of the line is woken when something ends, and moves the others up. */
const LATER_MS = 300_000;

/** The job wants more than its namespace ever has. */
export function tooManyWorkers(
  namespace: string,
  limits: NamespaceLimits,
  workers: number,
): Obstacle {
  return {
    condition: 'JobCreated',
    reason: 'QuotaExceeded',
    message: `spec.workers: the job may need ${workers} workers, and namespace ${namespace} may have ${limits.maxWorkers} at a time (arena.limits of app-config): it never starts unless one of the two is changed`,
    retryAfterMs: LATER_MS,
  };
}

/** The month's money is spent. */
export function budgetExhausted(
  namespace: string,
  limits: NamespaceLimits,
  options: { spent: number; month: Date },
): Obstacle {
  const month = options.month.toISOString().slice(0, 7);
  return {
    condition: 'JobCreated',
    reason: 'BudgetExhausted',
    message: `The jobs of namespace ${namespace} have cost ${options.spent.toFixed(
      2,
    )} in ${month} (UTC), and may cost ${
      limits.maxMonthlyCost
    } a month (arena.limits of app-config): the job starts next month, or when the limit is raised`,
    quiet: true,
    retryAfterMs: SOON_MS,
  };
}

/** Others came first. */
export function othersFirst(
  namespace: string,
  limits: NamespaceLimits,
  options: { ahead: number; first: Waiter },
): Obstacle {
  const { ahead, first } = options;
  const count = ahead > MAX_COUNTED ? `more than ${MAX_COUNTED}` : ahead;
  return {
    condition: 'JobCreated',
    reason: 'QuotaExceeded',
    message: `${limitText(namespace, limits)}; ${count} older ${
      ahead === 1 ? 'job waits' : 'jobs wait'
    } before this one${ahead > MAX_COUNTED ? '' : `, first ${first.name}`}`,
    quiet: true,
    retryAfterMs: ahead > MAX_COUNTED ? LATER_MS : SOON_MS,
  };
}

/** The next to start, once there is room. */
export function noRoom(
  namespace: string,
  limits: NamespaceLimits,
  options: {
    running: readonly string[];
    workersTaken: number;
    workers: number;
  },
): Obstacle {
  const { running, workersTaken, workers } = options;
  const names = running.slice(0, 3).join(', ');
  const more = running.length > 3 ? ` and ${running.length - 3} more` : '';
  return {
    condition: 'JobCreated',
    reason: 'QuotaExceeded',
    message: `${limitText(namespace, limits)}; ${names || 'none'}${more} ${
      running.length > 1 ? 'run' : 'runs'
    } with up to ${workersTaken} workers, and this job, which is the next, may need ${workers}`,
    quiet: true,
    retryAfterMs: SOON_MS,
  };
}

function limitText(
  namespace: string,
  { maxRunningJobs, maxWorkers }: NamespaceLimits,
): string {
  const parts = [
    maxRunningJobs !== undefined && `${maxRunningJobs} running jobs`,
    maxWorkers !== undefined && `${maxWorkers} workers`,
  ].filter(Boolean);
  return `Namespace ${namespace} may have ${parts.join(
    ' and ',
  )} at a time (arena.limits of app-config)`;
}
