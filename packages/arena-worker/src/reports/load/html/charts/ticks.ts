import { clock } from '../format';

/** A place of an axis with its label. */
export interface Tick {
  at: number;
  label: string;
}

/**
 * Round numbers from 0 to the first one that is not below a value.
 *
 * @param most - largest value that is shown; not negative
 */
export function valueTicks(most: number, steps = 4): Tick[] {
  if (most === 0) return valueTicks(1, 1);
  const step = roundStep(most / steps);
  const count = Math.max(1, Math.ceil(Number((most / step).toFixed(9))));
  const end = step * count;
  const format = new Intl.NumberFormat('en-US', {
    notation: end >= 10_000 ? 'compact' : 'standard',
    // No multiple of a step has more.
    maximumSignificantDigits: 3,
  });
  return Array.from({ length: count + 1 }, (_, i) => {
    const at = Number((i * step).toPrecision(12));
    return { at, label: format.format(at) };
  });
}

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 2.5, 5, 10].find(
    each => each * power >= step * (1 - 1e-9),
  )!;
  return factor * power;
}

const TIME_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400,
  21_600, 43_200, 86_400,
];

/** Round moments from 0 to a number of seconds. */
export function timeTicks(end: number, most = 8): Tick[] {
  const step =
    TIME_STEPS.find(each => end / each <= most) ??
    86_400 * Math.ceil(end / 86_400 / most);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => ({
    at: i * step,
    label: clock(i * step * 1_000),
  }));
}
