import {
  FireResult,
  ScheduleDay,
  SkippedFires,
} from '@backstage-arena/plugin-arena-common';

/** What a day of the calendar is coloured by: the worst that happened on it. */
export type DayTone =
  | 'Failed'
  | 'Refused'
  | 'Missed'
  | 'Cancelled'
  | 'Running'
  | 'Succeeded'
  | 'Suspended'
  | 'None'
  | 'NotKnown';

/** A day of the calendar. */
export interface CalendarDay {
  /** For example `2026-11-26`. */
  date: string;
  /** Day of the month. */
  day: number;
  tone: DayTone;
  /** Runs that were started, by what became of them; only those that there are. */
  started: Array<readonly [FireResult | 'Running', number]>;
  skipped: readonly SkippedFires[];
}

/** A month of the calendar. */
export interface CalendarMonth {
  /** For example `2026-11`. */
  month: string;
  /** Columns that stay free before the first day; weeks begin on Monday. */
  offset: number;
  days: CalendarDay[];
}

const DAY_MS = 86_400_000;

/**
 * The months from that of the first day on which something was due to that of today, days in the future left out.
 *
 * @param today - for example `2026-11-26`
 * @param options.fewest - months that are shown at least
 * @param options.knownFrom - the first day of which everything is on record
 */
export function calendarMonths(
  days: readonly ScheduleDay[],
  today: string,
  options: { fewest: number; knownFrom: string },
): CalendarMonth[] {
  const { fewest, knownFrom } = options;
  const known = new Map(days.map(day => [day.date, day]));
  const [year, month] = today.split('-').map(Number);
  const earliest = new Date(Date.UTC(year, month - fewest)).toISOString();
  const first = [earliest.slice(0, 7), ...days.map(({ date }) => date)]
    .map(date => date.slice(0, 7))
    .sort()[0];
  const months: CalendarMonth[] = [];
  const end = Date.parse(today);
  for (let ms = Date.parse(`${first}-01`); ms <= end; ms += DAY_MS) {
    const date = new Date(ms).toISOString().slice(0, 10);
    const current = months[months.length - 1];
    const day = calendarDay(date, known.get(date), date >= knownFrom);
    if (day.day > 1) current.days.push(day);
    else {
      const offset = (new Date(ms).getUTCDay() + 6) % 7;
      months.push({ month: date.slice(0, 7), offset, days: [day] });
    }
  }
  return months;
}

function calendarDay(
  date: string,
  found: ScheduleDay | undefined,
  isKnown: boolean,
): CalendarDay {
  const started = Object.entries(found?.started ?? {}).filter(
    ([, count]) => count > 0,
  ) as CalendarDay['started'];
  const skipped = found?.skipped ?? [];
  return {
    date,
    day: Number(date.slice(8)),
    tone: found || isKnown ? toneOf(started, skipped) : 'NotKnown',
    started,
    skipped,
  };
}

function toneOf(
  started: CalendarDay['started'],
  skipped: CalendarDay['skipped'],
): DayTone {
  const ended = (result: FireResult | 'Running') =>
    started.some(([one]) => one === result);
  const was = (...outcomes: Array<SkippedFires['outcome']>) =>
    skipped.some(({ outcome }) => outcomes.includes(outcome));
  if (ended('Failed')) return 'Failed';
  if (was('Refused')) return 'Refused';
  if (was('Missed', 'DeadlineExceeded', 'Forbidden')) return 'Missed';
  if (ended('Cancelled') || ended('Unknown')) return 'Cancelled';
  if (ended('Running')) return 'Running';
  if (ended('Succeeded')) return 'Succeeded';
  return was('Suspended') ? 'Suspended' : 'None';
}
