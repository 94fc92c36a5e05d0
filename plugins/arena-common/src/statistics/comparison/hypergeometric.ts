/** Chances of the values `from`, `from + 1`, ... */
export interface Distribution {
  from: number;
  chances: ArrayLike<number>;
}

/** Chances below this do not add up to anything: the rounding of the largest is greater. */
const NEGLIGIBLE = 1e-18;

/**
 * How many of `drawn` things are good, when they are drawn from `total` of which `good` are.
 *
 * Goes from the likeliest value outwards by ratios: no factorial is computed, so that nothing overflows.
 */
export function hypergeometric(options: {
  total: number;
  good: number;
  drawn: number;
}): Distribution {
  const { total, good, drawn } = options;
  const low = Math.max(0, drawn + good - total);
  const high = Math.min(drawn, good);
  const mode = Math.min(
    high,
    Math.max(low, Math.floor(((drawn + 1) * (good + 1)) / (total + 2))),
  );
  const above: number[] = [];
  for (let x = mode, weight = 1; x < high; x += 1) {
    weight *=
      ((good - x) * (drawn - x)) / ((x + 1) * (total - good - drawn + x + 1));
    if (weight < NEGLIGIBLE) break;
    above.push(weight);
  }
  const below: number[] = [];
  for (let x = mode, weight = 1; x > low; x -= 1) {
    weight *=
      (x * (total - good - drawn + x)) / ((good - x + 1) * (drawn - x + 1));
    if (weight < NEGLIGIBLE) break;
    below.push(weight);
  }
  const weights = [...below.reverse(), 1, ...above];
  const sum = weights.reduce((a, b) => a + b, 0);
  return {
    from: mode - below.length,
    chances: weights.map(weight => weight / sum),
  };
}

/** Of the sum of two independent numbers; without what is too unlikely to be seen. */
export function convolve(a: Distribution, b: Distribution): Distribution {
  const [p, q] = [a.chances, b.chances];
  const sums = new Float64Array(p.length + q.length - 1);
  for (let i = 0; i < p.length; i += 1) {
    for (let j = 0; j < q.length; j += 1) sums[i + j] += p[i] * q[j];
  }
  let first = 0;
  while (sums[first] < NEGLIGIBLE) first += 1;
  let last = sums.length - 1;
  while (sums[last] < NEGLIGIBLE) last -= 1;
  return {
    from: a.from + b.from + first,
    chances: sums.subarray(first, last + 1),
  };
}

/** Of the sum of so many independent numbers of one distribution, at least one; by squaring. */
export function repeated(one: Distribution, count: number): Distribution {
  if (count === 1) return one;
  const half = repeated(one, Math.floor(count / 2));
  const even = convolve(half, half);
  return count % 2 === 0 ? even : convolve(even, one);
}

/** Chance of a value that is at most `limit`. */
export function chanceUpTo(
  { from, chances }: Distribution,
  limit: number,
): number {
  let sum = 0;
  for (let i = 0; i < chances.length && from + i <= limit; i += 1) {
    sum += chances[i];
  }
  return Math.min(1, sum);
}

/** Chance of a value that is at least `limit`. */
export function chanceFrom(
  { from, chances }: Distribution,
  limit: number,
): number {
  let sum = 0;
  for (let i = chances.length - 1; i >= 0 && from + i >= limit; i -= 1) {
    sum += chances[i];
  }
  return Math.min(1, sum);
}
