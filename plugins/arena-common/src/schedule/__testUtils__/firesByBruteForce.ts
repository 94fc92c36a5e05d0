import { Temporal } from 'temporal-polyfill';
import { CronLine, Day } from './cronLines';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A change of the clock, in milliseconds since the epoch. */
export interface ZoneChange {
  zone: string;
  at: number;
}

/** All changes of the years, one zone for all that have the same ones. */
export function zoneChanges(fromYear: number, toYear: number): ZoneChange[] {
  const tables = new Map<string, ZoneChange[]>();
  const start = Date.UTC(fromYear, 0);
  const end = Date.UTC(toYear + 1, 0);
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const changes: ZoneChange[] = [];
    let time: Temporal.ZonedDateTime | null = zoned(start, zone);
    const key: unknown[] = [time.offset];
    for (;;) {
      time = time.getTimeZoneTransition('next');
      if (!time || time.epochMilliseconds >= end) break;
      key.push(time.epochMilliseconds, time.offset);
      changes.push({ zone, at: time.epochMilliseconds });
    }
    const text = JSON.stringify(key);
    if (!tables.has(text)) tables.set(text, changes);
  }
  return [...tables.values()].flat();
}

/** What a clock shows. */
interface Shown {
  hour: number;
  minute: number;
  date: Day;
}

/** A minute of the world. */
interface Minute {
  ms: number;
  shown: Shown;
  /** The times that have come with it for the first time: none when clocks show something again, several when they have left something out. */
  fresh: readonly Shown[];
}

/**
 * What fires within two days of a change, by looking at every minute: at what a clock shows for a line that follows wall time, at what it shows for
 * the first time, or has left out right before, for one that names fixed times.
 */
export class MinutesAround {
  readonly from: number;
  readonly to: number;
  private readonly minutes: Minute[] = [];

  constructor({ at, zone }: ZoneChange) {
    this.from = at - 2 * DAY_MS;
    this.to = at + 2 * DAY_MS;
    let day: Day | undefined;
    const read = (time: Temporal.PlainDateTime): Shown => {
      const { year, month, day: ofMonth, hour, minute } = time;
      if (day?.day !== ofMonth || day.month !== month) {
        const { dayOfWeek, daysInMonth } = time;
        const weekday = dayOfWeek % 7;
        day = { year, month, day: ofMonth, weekday, daysInMonth };
      }
      return { hour, minute, date: day };
    };
    let latest: Temporal.PlainDateTime | undefined;
    // What a day before has shown is not new.
    for (let ms = this.from - DAY_MS; ms < this.to; ms += MINUTE_MS) {
      const time = zoned(ms, zone).toPlainDateTime();
      const shown = read(time);
      latest ??= time.subtract({ minutes: 1 });
      const fresh: Shown[] = [];
      for (;;) {
        const next: Temporal.PlainDateTime = latest.add({ minutes: 1 });
        if (Temporal.PlainDateTime.compare(next, time) > 0) break;
        fresh.push(next.equals(time) ? shown : read(next));
        latest = next;
      }
      if (ms >= this.from) this.minutes.push({ ms, shown, fresh });
    }
  }

  fires(line: CronLine): number[] {
    const matches = ({ hour, minute, date }: Shown) =>
      line.matchesTime(hour, minute) && line.matchesDay(date);
    return this.minutes
      .filter(({ shown, fresh }) =>
        line.followsWallTime ? matches(shown) : fresh.some(matches),
      )
      .map(({ ms }) => ms);
  }
}

function zoned(ms: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
}
