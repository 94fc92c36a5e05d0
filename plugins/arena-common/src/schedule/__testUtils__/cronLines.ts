/** A day of the calendar. */
export interface Day {
  year: number;
  /** 1 to 12 */
  month: number;
  day: number;
  /** 0 (Sunday) to 6 */
  weekday: number;
  daysInMonth: number;
}

/** A cron line with what it means, written down by hand and not by a parser. */
export interface CronLine {
  text: string;
  /** Minute or hour begins with a star. */
  followsWallTime: boolean;
  matchesTime(hour: number, minute: number): boolean;
  matchesDay(day: Day): boolean;
}

type Field<T> = readonly [text: string, matches: (value: T) => boolean];

const oneOf =
  (...values: number[]) =>
  (value: number) =>
    values.includes(value);
const any = () => true;

const MINUTES: Array<Field<number>> = [
  ['0', oneOf(0)],
  ['30', oneOf(30)],
  ['15,45', oneOf(15, 45)],
  ['59', oneOf(59)],
  ['0-5', oneOf(0, 1, 2, 3, 4, 5)],
  ['5/20', oneOf(5, 25, 45)],
  ['*/10', minute => minute % 10 === 0],
  ['*', any],
];
const HOURS: Array<Field<number>> = [
  ['2', oneOf(2)],
  ['1', oneOf(1)],
  ['3', oneOf(3)],
  ['0', oneOf(0)],
  ['23', oneOf(23)],
  ['1-3', oneOf(1, 2, 3)],
  ['0,12', oneOf(0, 12)],
  ['22-23,0-4/2', oneOf(22, 23, 0, 2, 4)],
  ['*/2', hour => hour % 2 === 0],
  ['*', any],
];
const DAYS: Array<Field<Day>> = [
  ['*', any],
  ['*', any],
  ['1', ({ day }) => day === 1],
  ['25-31', ({ day }) => day >= 25],
  ['L', ({ day, daysInMonth }) => day === daysInMonth],
  ['8,L-1', ({ day, daysInMonth }) => day === 8 || day === daysInMonth - 1],
  ['*/7', ({ day }) => [1, 8, 15, 22, 29].includes(day)],
];
const MONTHS: Array<Field<number>> = [
  ['*', any],
  ['*', any],
  ['3,10,11', oneOf(3, 10, 11)],
  ['MAR-APR', oneOf(3, 4)],
  ['*/3', oneOf(1, 4, 7, 10)],
];
const WEEKDAYS: Array<Field<Day>> = [
  ['*', any],
  ['*', any],
  ['0', ({ weekday }) => weekday === 0],
  ['SAT,7', ({ weekday }) => weekday === 6 || weekday === 0],
  ['1-5', ({ weekday }) => weekday >= 1 && weekday <= 5],
  ['SUN#2', ({ weekday, day }) => weekday === 0 && day >= 8 && day <= 14],
  [
    '0L',
    ({ weekday, day, daysInMonth }) => weekday === 0 && day > daysInMonth - 7,
  ],
  ['*/2', ({ weekday }) => weekday % 2 === 0],
];

/** So many different lines, always the same for the same seed. */
export function cronLines(count: number, seed: number): CronLine[] {
  const random = numbers(seed);
  const pick = <T>(list: readonly T[]) =>
    list[Math.floor(random() * list.length)];
  const lines = new Map<string, CronLine>();
  while (lines.size < count) {
    const minute = pick(MINUTES);
    const hour = pick(HOURS);
    const day = pick(DAYS);
    const month = pick(MONTHS);
    const weekday = pick(WEEKDAYS);
    const text = [minute, hour, day, month, weekday]
      .map(([part]) => part)
      .join(' ');
    const isStar = ([part]: readonly [string, unknown]) => part[0] === '*';
    const needsBoth = isStar(day) || isStar(weekday);
    lines.set(text, {
      text,
      followsWallTime: isStar(minute) || isStar(hour),
      matchesTime: (h, m) => hour[1](h) && minute[1](m),
      matchesDay: date =>
        month[1](date.month) &&
        (needsBoth
          ? day[1](date) && weekday[1](date)
          : day[1](date) || weekday[1](date)),
    });
  }
  return [...lines.values()];
}

/** Numbers from 0 to below 1 (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
