import { Interval } from './types';

/** Quantile of the normal distribution for 95 % confidence. */
const Z = 1.959963984540054;

/**
 * Wilson score interval of a share at 95 % confidence. Unlike the normal approximation it holds for few trials and for shares of
 * 0 and 1.
 *
 * @param passed - from 0 to `total`
 * @throws RangeError when there are no trials, or the numbers contradict each other
 * @public
 */
export function wilsonInterval(passed: number, total: number): Interval {
  if (!(total > 0 && passed >= 0 && passed <= total)) {
    throw new RangeError(
      `A share of ${passed} in ${total} is not one: allowed are 0 to total in a total above 0`,
    );
  }
  const share = passed / total;
  const z2 = Z * Z;
  const scale = 1 + z2 / total;
  const center = (share + z2 / (2 * total)) / scale;
  const margin =
    (Z * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total))) /
    scale;
  // Rounding must not push a bound to the wrong side of the share.
  return {
    low: passed === 0 ? 0 : Math.min(share, Math.max(0, center - margin)),
    high: passed === total ? 1 : Math.max(share, Math.min(1, center + margin)),
  };
}
