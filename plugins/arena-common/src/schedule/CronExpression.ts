import { InputError } from '@backstage/errors';
import {
  badField,
  CRON_FIELDS,
  CronFieldKind,
  CronValues,
  readCronValues,
} from './CronField';

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Days of the month counted from its end, and weekdays by their number in it. */
interface SpecialDays {
  /** `L` is 0, `L-3` is 3. */
  fromEnd: readonly number[];
  /** `5#2`: day of week, and which of the month. */
  nth: ReadonlyArray<readonly [number, number]>;
  /** `5L`: the last such day of the month. */
  last: readonly number[];
}

/** Options of {@link CronExpression.parse}. @public */
export interface CronOptions {
  /** What `H` is derived from: the same text chooses the same times. Default: the expression. */
  seed?: string;
}

/**
 * A cron expression of five fields, read as Vixie cron does: when both day of month and day of week are restricted (do not begin with `*`), either
 * is enough.
 *
 * @remarks
 * Beyond Vixie cron: `L` and `L-3` (days from the end of the month), `5L` (the last Friday), `5#2` (the second Friday), `?` for `*` in the fields of days,
 * and `H`, `H(0-29)`, `H/15`: a value that is derived from a seed, so that many schedules do not start together.
 *
 * @public
 */
export class CronExpression {
  private constructor(
    /** As it was written. */
    readonly text: string,
    private readonly minute: CronValues,
    private readonly hour: CronValues,
    private readonly dayOfMonth: CronValues,
    private readonly month: CronValues,
    private readonly dayOfWeek: CronValues,
    private readonly special: SpecialDays,
  ) {}

  /**
   * @throws InputError saying what is wrong with which field, and what is allowed
   */
  static parse(text: string, options: CronOptions = {}): CronExpression {
    const trimmed = text.trim();
    if (/^(CRON_)?TZ=/i.test(trimmed)) {
      throw new InputError('must not name a time zone: use timezone');
    }
    const fields = fieldsOf(trimmed);
    const [minute, hour, dayOfMonth, month, dayOfWeek] = fields;
    Object.values(CRON_FIELDS).forEach((kind, index) => {
      if (fields[index].split(',').includes('')) {
        throw badField(kind, fields[index], 'has an empty entry');
      }
    });
    const seed = options.seed ?? trimmed;
    const read = (part: string, kind: CronFieldKind) =>
      readCronValues(listOf(part), kind, below =>
        spread(`${seed}\n${kind.name}`, below),
      );
    const days = takeFromEnd(dayOfMonth);
    const weekdays = takeNth(dayOfWeek);
    return new CronExpression(
      trimmed,
      read(minute, CRON_FIELDS.minute),
      read(hour, CRON_FIELDS.hour),
      read(days.rest, CRON_FIELDS.dayOfMonth),
      read(month, CRON_FIELDS.month),
      read(weekdays.rest, CRON_FIELDS.dayOfWeek),
      { fromEnd: days.fromEnd, nth: weekdays.nth, last: weekdays.last },
    );
  }

  /** True: it follows wall time through changes of the clock. False: it names fixed times, each of which happens once a day. */
  get followsWallTime(): boolean {
    return this.minute.isWildcard || this.hour.isWildcard;
  }

  /** Minutes of the day at which it fires, from 0 to 1439, in order. */
  get minutesOfDay(): readonly number[] {
    return [...this.hour.values]
      .flatMap(hour => [...this.minute.values].map(at => hour * 60 + at))
      .sort((a, b) => a - b);
  }

  /** @param month - 1 to 12 */
  matchesMonth(month: number): boolean {
    return this.month.values.has(month);
  }

  /** @param month - 1 to 12 */
  matchesDay(year: number, month: number, day: number): boolean {
    if (!this.month.values.has(month)) return false;
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
    const { fromEnd, nth, last } = this.special;
    const byMonth =
      this.dayOfMonth.values.has(day) ||
      fromEnd.some(distance => day === length - distance);
    const byWeek =
      this.dayOfWeek.values.has(weekday) ||
      nth.some(([on, n]) => on === weekday && Math.ceil(day / 7) === n) ||
      last.some(on => on === weekday && day > length - 7);
    return this.dayOfMonth.isWildcard || this.dayOfWeek.isWildcard
      ? byMonth && byWeek
      : byMonth || byWeek;
  }
}

function fieldsOf(text: string): string[] {
  if (text.startsWith('@')) {
    const line = NICKNAMES[text.toLowerCase()];
    if (line) return line.split(' ');
    throw new InputError(
      `must be five fields or one of ${Object.keys(NICKNAMES).join(', ')}`,
    );
  }
  const fields = text === '' ? [] : text.split(/\s+/);
  if (fields.length !== 5) {
    throw new InputError(
      `must have five fields (minute, hour, day of month, month, day of week), not ${fields.length}`,
    );
  }
  return fields;
}

function listOf(text: string): string[] {
  if (text === '') return [];
  return text.split(',');
}

/** Days of the month that are counted from its end. */
function takeFromEnd(text: string): { rest: string; fromEnd: number[] } {
  const kind = CRON_FIELDS.dayOfMonth;
  const fromEnd: number[] = [];
  const rest = anyDay(text)
    .split(',')
    .filter(part => {
      const match = /^L(?:-(\d{1,2}))?$/i.exec(part);
      if (!match) return true;
      const distance = Number(match[1] ?? 0);
      if (distance > 30) throw badField(kind, part, 'is in no month');
      fromEnd.push(distance);
      return false;
    });
  return { rest: rest.join(','), fromEnd };
}

/** Weekdays by their number in the month. */
function takeNth(
  text: string,
): Pick<SpecialDays, 'nth' | 'last'> & { rest: string } {
  const kind = CRON_FIELDS.dayOfWeek;
  const nth: Array<[number, number]> = [];
  const last: number[] = [];
  const rest = anyDay(text)
    .split(',')
    .filter(part => {
      const match = /^([0-7]|[a-z]{3})(?:#(\d)|(L))$/i.exec(part);
      if (!match) return true;
      const [, name, number, isLast] = match;
      const [day] = readCronValues([name], kind, () => 0).values;
      if (isLast) last.push(day);
      else {
        const n = Number(number);
        if (n < 1 || n > 5) {
          throw badField(kind, part, 'names a week that no month has');
        }
        nth.push([day, n]);
      }
      return false;
    });
  return { rest: rest.join(','), nth, last };
}

function anyDay(text: string): string {
  return text === '?' ? '*' : text;
}

/** A number from 0 to below the given one (FNV-1a of the text). */
function spread(text: string, below: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  // The lowest bits of this hash are those of the last characters.
  hash ^= hash >>> 15;
  return (hash >>> 0) % below;
}
