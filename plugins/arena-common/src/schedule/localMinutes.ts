import { CronExpression } from './CronExpression';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The minutes that an expression names between two local times, in order. Local times are written as milliseconds as if they were UTC.
 *
 * @param from - the first minute
 * @param to - the minute after the last one
 * @internal
 */
export function* localMinutes(
  expression: CronExpression,
  from: number,
  to: number,
): Generator<number, void> {
  const { minutesOfDay } = expression;
  let day = Math.floor(from / DAY_MS) * DAY_MS;
  while (day < to) {
    const date = new Date(day);
    const year = date.getUTCFullYear();
    const month = date.getUTCMonth() + 1;
    if (!expression.matchesMonth(month)) {
      day = Date.UTC(year, month);
      continue;
    }
    if (expression.matchesDay(year, month, date.getUTCDate())) {
      for (const minute of minutesOfDay) {
        const local = day + minute * MINUTE_MS;
        if (local >= to) return;
        if (local >= from) yield local;
      }
    }
    day += DAY_MS;
  }
}
