/**
 * When schedules are due: cron expressions, time zones, changes of the clock.
 *
 * @packageDocumentation
 */
export { CronExpression, type CronOptions } from './CronExpression';
export type * from './JobSchedule';
export { localDate } from './localDate';
export {
  type ScheduledFire,
  scheduledFires,
  type ScheduledFiresOptions,
} from './scheduledFires';
export { timezoneProblem } from './timezoneProblem';
