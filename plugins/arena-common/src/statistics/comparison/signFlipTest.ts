/** More differences than this are taken together, in the order given. */
const MAX_CLUSTERS = 2_000;
/** Steps of the count below, some hundredths of a second. */
const MAX_STEPS = 20_000_000;
/** Differences are multiples of a fraction no finer than this. */
const FINEST = 2_520;

/**
 * Exact one-sided test that differences lie around zero, against that they lie below: the chance that their sum is at most what it is,
 * when each may as well have the other sign. With differences of -1, 0 and 1 it is McNemar's exact test.
 *
 * @remarks
 * Nothing is drawn at random: the sums of all choices of signs are counted, on a grid. Rounding to the grid, and taking differences
 * together, does the same to a choice of signs and to its opposite, so that the level of the test holds all the same.
 *
 * @param differences - one for each independent observation, from -1 to 1
 * @returns a chance, 1 when no difference is other than zero
 */
export function signFlipTest(differences: readonly number[]): number {
  const clusters = toClusters(differences).filter(d => Math.abs(d) > 1e-12);
  if (clusters.length === 0) return 1;
  const steps = onGrid(clusters).filter(step => step !== 0);
  if (steps.length === 0) return 1;
  // The sum is what is positive less what is negative: it is at most what it is when the positive part is.
  const limit = steps.reduce((sum, step) => sum + Math.max(0, step), 0);
  const chances = new Float64Array(limit + 1);
  chances[0] = 1;
  let reached = 0;
  for (const step of steps) {
    const size = Math.abs(step);
    reached = Math.min(limit, reached + size);
    for (let sum = reached; sum >= 0; sum -= 1) {
      chances[sum] =
        (chances[sum] + (sum >= size ? chances[sum - size] : 0)) / 2;
    }
  }
  return Math.min(
    1,
    chances.reduce((a, b) => a + b, 0),
  );
}

function toClusters(differences: readonly number[]): number[] {
  const size = Math.ceil(differences.length / MAX_CLUSTERS);
  if (size <= 1) return [...differences];
  const clusters: number[] = [];
  for (let i = 0; i < differences.length; i += size) {
    clusters.push(
      differences.slice(i, i + size).reduce((sum, d) => sum + d, 0),
    );
  }
  return clusters;
}

/** Whole numbers in the proportions of the differences. */
function onGrid(differences: readonly number[]): number[] {
  const sum = differences.reduce((total, d) => total + Math.abs(d), 0);
  const affordable = MAX_STEPS / (differences.length * sum);
  const scale = Math.min(commonDenominator(differences), affordable);
  return differences.map(d => Math.sign(d) * Math.round(Math.abs(d) * scale));
}

/** The smallest number that makes all of them whole, if there is one. */
function commonDenominator(differences: readonly number[]): number {
  for (let denominator = 1; denominator < FINEST; denominator += 1) {
    const isWhole = differences.every(d => {
      const product = d * denominator;
      return Math.abs(product - Math.round(product)) < 1e-7;
    });
    if (isWhole) return denominator;
  }
  return FINEST;
}
