import { Temporal } from 'temporal-polyfill';
import { CronLine } from './cronLines';

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

/**
 * What fires within two days of a change, by looking at every minute: of the world for a line that follows wall time, of the calendar for one
 * that names fixed times.
 */
export class MinutesAround {
  readonly from: number;
  readonly to: number;
  private readonly wall: Array<[number, Temporal.ZonedDateTime]> = [];

  constructor(private readonly change: ZoneChange) {
    this.from = change.at - 2 * DAY_MS;
    this.to = change.at + 2 * DAY_MS;
    for (let ms = this.from; ms < this.to; ms += MINUTE_MS) {
      this.wall.push([ms, zoned(ms, change.zone)]);
    }
  }

  fires(line: CronLine): number[] {
    return line.followsWallTime ? this.ofWallTime(line) : this.fixed(line);
  }

  private ofWallTime(line: CronLine): number[] {
    return this.wall
      .filter(
        ([, time]) =>
          line.matchesTime(time.hour, time.minute) && onDay(line, time),
      )
      .map(([ms]) => ms);
  }

  private fixed(line: CronLine): number[] {
    const { zone, at } = this.change;
    const found = new Set<number>();
    const first = this.wall[0][1].toPlainDate().subtract({ days: 1 });
    for (let offset = 0; offset <= 6; offset += 1) {
      const date = first.add({ days: offset });
      if (!onDay(line, date)) continue;
      for (let minute = 0; minute < 1_440; minute += 1) {
        const time = { hour: Math.floor(minute / 60), minute: minute % 60 };
        if (!line.matchesTime(time.hour, time.minute)) continue;
        const plain = date.toPlainDateTime(time);
        const moment = plain.toZonedDateTime(zone, {
          disambiguation: 'earlier',
        });
        const exists = moment.toPlainDateTime().equals(plain);
        // Within the window there is one gap at most.
        found.add(exists ? moment.epochMilliseconds : at);
      }
    }
    return [...found]
      .filter(ms => ms >= this.from && ms < this.to)
      .sort((a, b) => a - b);
  }
}

function onDay(
  line: CronLine,
  {
    year,
    month,
    day,
    dayOfWeek,
    daysInMonth,
  }: Temporal.PlainDate | Temporal.ZonedDateTime,
): boolean {
  const weekday = dayOfWeek % 7;
  return line.matchesDay({ year, month, day, weekday, daysInMonth });
}

function zoned(ms: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
}
