import { Interval } from '../types';
import { CellPair } from './alignCells';

/**
 * Interval of the mean of differences, each being one observation. Agresti and Min's for paired shares: half an
 * observation of each extreme and one of none are added, so that few observations which agree do not pretend to be certain.
 *
 * @param differences - at least one, each from -1 to 1
 * @param z - quantile of the normal distribution that the confidence asks for
 */
export function intervalOfMean(
  differences: readonly number[],
  z: number,
): Interval {
  const count = differences.length + 2;
  const sum = differences.reduce((total, d) => total + d, 0);
  const squares = differences.reduce((total, d) => total + d * d, 1);
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return around(
    sum / differences.length,
    mean,
    (z * deviation) / Math.sqrt(count),
  );
}

/**
 * The same for few scenarios, from the trials of their cells. Agresti and Caffo's for two shares: a success and a failure are added to
 * each side of each cell.
 *
 * @param scenarios - the cells of each, at least one
 */
export function intervalOfTrials(
  scenarios: ReadonlyArray<readonly CellPair[]>,
  z: number,
): Interval {
  let effect = 0;
  let center = 0;
  let variance = 0;
  for (const cells of scenarios) {
    for (const { baseline, current } of cells) {
      const weight = 1 / (scenarios.length * cells.length);
      const [before, after] = [baseline, current].map(side => {
        const share = (side.passed + 1) / (side.judged + 2);
        return { share, variance: (share * (1 - share)) / (side.judged + 2) };
      });
      effect +=
        weight *
        (current.passed / current.judged - baseline.passed / baseline.judged);
      center += weight * (after.share - before.share);
      variance += weight * weight * (after.variance + before.variance);
    }
  }
  return around(effect, center, z * Math.sqrt(variance));
}

/** What is added draws the center towards zero: the effect itself must lie within. */
function around(effect: number, center: number, margin: number): Interval {
  return {
    low: Math.max(-1, Math.min(effect, center - margin)),
    high: Math.min(1, Math.max(effect, center + margin)),
  };
}
