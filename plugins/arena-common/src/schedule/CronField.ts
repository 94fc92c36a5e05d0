import { InputError } from '@backstage/errors';

/** What a field of a cron expression may hold. @internal */
export interface CronFieldKind {
  name: string;
  min: number;
  max: number;
  /** Names of values, the first of which is the smallest. */
  names?: readonly string[];
  /** Largest value that `H` chooses: days that every month has. */
  maxSpread?: number;
}

/** @internal */
export const CRON_FIELDS = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  dayOfMonth: { name: 'day of month', min: 1, max: 31, maxSpread: 28 },
  month: {
    name: 'month',
    min: 1,
    max: 12,
    names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' '),
  },
  // 7 is Sunday too.
  dayOfWeek: {
    name: 'day of week',
    min: 0,
    max: 7,
    maxSpread: 6,
    names: 'SUN MON TUE WED THU FRI SAT'.split(' '),
  },
} satisfies Record<string, CronFieldKind>;

/** What a list of values, ranges and steps means. @internal */
export interface CronValues {
  /** The field begins with `*`. */
  isWildcard: boolean;
  values: ReadonlySet<number>;
}

/**
 * Reads the parts of a field that numbers can say: `*`, values, names, ranges, steps, and `H`.
 *
 * @param pick - chooses a number from 0 to below the given one, the same for the same schedule: what `H` stands for
 * @throws InputError naming the field, what it says and what is allowed
 * @internal
 */
export function readCronValues(
  parts: readonly string[],
  kind: CronFieldKind,
  pick: (below: number) => number,
): CronValues {
  const values = new Set<number>();
  for (const part of parts) {
    for (const value of readPart(part, kind, pick)) values.add(value);
  }
  return { isWildcard: parts[0]?.startsWith('*') ?? false, values };
}

/** @internal */
export function badField(
  { name, min, max }: CronFieldKind,
  part: string,
  reason: string,
): InputError {
  return new InputError(
    `the ${name} '${part}' ${reason}; allowed are ${min} to ${max}, ranges such as ${min}-${max}, steps such as */2, lists, and *`,
  );
}

function* readPart(
  part: string,
  kind: CronFieldKind,
  pick: (below: number) => number,
): Generator<number> {
  const bad = (reason: string) => badField(kind, part, reason);
  const match = /^([^/]+)(?:\/(\d+))?$/.exec(part);
  if (!match) throw bad('is not understood');
  const [, range, stepText] = match;
  const hasStep = stepText !== undefined;
  const step = hasStep ? Number(stepText) : 1;
  if (step < 1) throw bad('has a step of 0');
  if (step > kind.max) throw bad('has a step that is longer than the field');
  const spread = /^H(?:\((\d+)-(\d+)\))?$/i.exec(range);
  if (spread) {
    const from = spread[1] === undefined ? kind.min : Number(spread[1]);
    const to =
      spread[2] === undefined ? kind.maxSpread ?? kind.max : Number(spread[2]);
    checkRange(from, to, kind, bad);
    if (!hasStep) {
      yield sunday(from + pick(to - from + 1), kind);
      return;
    }
    const first = from + pick(Math.min(step, to - from + 1));
    for (let value = first; value <= to; value += step) {
      yield sunday(value, kind);
    }
    return;
  }
  const [from, to] = readRange(range, kind, hasStep, bad);
  for (let value = from; value <= to; value += step) {
    yield sunday(value, kind);
  }
}

function readRange(
  range: string,
  kind: CronFieldKind,
  hasStep: boolean,
  bad: (reason: string) => InputError,
): [number, number] {
  if (range === '*') {
    return [kind.min, lastValue(kind)];
  }
  const [first, last, more] = range.split('-');
  if (more !== undefined) throw bad('is not understood');
  const from = readValue(first, kind, bad);
  if (last !== undefined) {
    let to = readValue(last, kind, bad);
    // A range that ends on a Sunday ends a week.
    if (kind.max === 7 && to === 0 && from > 0) to = 7;
    checkRange(from, to, kind, bad);
    return [from, to];
  }
  // As other crons read it: from the value on.
  return [from, hasStep ? lastValue(kind) : from];
}

/** 7 is Sunday too. */
function sunday(value: number, { max }: CronFieldKind): number {
  return value === 7 && max === 7 ? 0 : value;
}

/** A week has seven days, not eight. */
function lastValue({ max }: CronFieldKind): number {
  return max === 7 ? 6 : max;
}

function readValue(
  text: string,
  { min, max, names = [] }: CronFieldKind,
  bad: (reason: string) => InputError,
): number {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + min;
  if (!/^\d{1,2}$/.test(text)) throw bad('is not understood');
  const value = Number(text);
  if (value < min || value > max) throw bad('is out of range');
  return value;
}

function checkRange(
  from: number,
  to: number,
  { min, max }: CronFieldKind,
  bad: (reason: string) => InputError,
): void {
  if (from < min || to > max) throw bad('is out of range');
  if (from > to) throw bad('is a range that ends before it begins');
}
