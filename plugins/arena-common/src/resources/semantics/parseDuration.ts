import { InputError } from '@backstage/errors';
import { DURATION } from '../fields/common';

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads a duration such as `500ms`, `30s`, `1.5h` or `1h30m`.
 *
 * @returns milliseconds.
 * @throws InputError when the text is not a duration.
 * @public
 */
export function parseDuration(text: string): number {
  if (!DURATION.test(text)) {
    throw new InputError(
      `Invalid duration ${JSON.stringify(
        text,
      )}: must be a duration such as 500ms, 30s or 1h30m`,
    );
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|s|m|h)/g)) {
    total += Number(amount) * MILLISECONDS[unit];
  }
  return total;
}
