/** Chance that a standard normal variable is at most `z`, to seven digits of itself (Chebyshev fit of Numerical Recipes). */
export function normalChanceUpTo(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const series = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806,
    0.09678418, 0.37409196, 1.00002368, -1.26551223,
  ].reduce((sum, coefficient) => sum * t + coefficient, 0);
  const tail = (t * Math.exp(-x * x + series)) / 2;
  return z < 0 ? tail : 1 - tail;
}

/** The value that a standard normal variable stays below with this chance, from 0.5 and below 1. */
export function normalQuantile(chance: number): number {
  let [low, high] = [0, 10];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    // By the upper tail, which does not lose digits.
    if (normalChanceUpTo(-middle) > 1 - chance) low = middle;
    else high = middle;
  }
  return high;
}
