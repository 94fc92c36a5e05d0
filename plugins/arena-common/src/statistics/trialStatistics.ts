import { TrialStatistics } from './types';

/** Trials of one text: how many have a verdict, and how many of those passed. */
export interface TrialGroup {
  judged: number;
  passed: number;
  /** How many such groups there are. */
  count: number;
}

/** Up to here every `k` is listed. */
const ALL_UP_TO = 32;

/**
 * Chances over `k` trials, for each listed `k` that some group has enough verdicts for.
 *
 * Products instead of binomial coefficients: those of a hundred trials overflow.
 */
export function trialStatistics(
  groups: Iterable<TrialGroup>,
): TrialStatistics[] {
  const list = [...groups].filter(({ judged }) => judged > 0);
  const most = list.reduce((max, { judged }) => Math.max(max, judged), 0);
  const sums = listedKs(most).map(k => ({
    k,
    passAtK: 0,
    passHatK: 0,
    groups: 0,
  }));
  for (const group of list) addGroup(sums, group);
  return sums.map(sum => ({
    ...sum,
    passAtK: sum.passAtK / sum.groups,
    passHatK: sum.passHatK / sum.groups,
  }));
}

function addGroup(
  sums: TrialStatistics[],
  { judged, passed, count }: TrialGroup,
): void {
  // Chances that the first k of a random order all pass, and that they all fail.
  let allPass = 1;
  let allFail = 1;
  let drawn = 0;
  for (const sum of sums) {
    if (sum.k > judged) return;
    for (; drawn < sum.k; drawn += 1) {
      allPass *= Math.max(0, passed - drawn) / (judged - drawn);
      allFail *= Math.max(0, judged - passed - drawn) / (judged - drawn);
    }
    sum.passAtK += (1 - allFail) * count;
    sum.passHatK += allPass * count;
    sum.groups += count;
  }
}

function listedKs(most: number): number[] {
  const ks: number[] = [];
  for (let k = 1; k <= Math.min(most, ALL_UP_TO); k += 1) ks.push(k);
  for (let k = 2 * ALL_UP_TO; k < most; k *= 2) ks.push(k);
  if (most > ALL_UP_TO) ks.push(most);
  return ks;
}
