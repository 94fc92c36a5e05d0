import { CountedCell, CountedPair } from '@backstage-arena/plugin-arena-common';
import { PlannedRun } from '../../runs/PlannedRun';
import { commonTrials } from '../commonTrials';
import { CountedRun, OUTCOMES } from './CountedRun';

/** A run and the baseline with the first trials of each scenario that both have. */
export function pairCells(
  before: { run: PlannedRun; counted: CountedRun },
  after: { run: PlannedRun; counted: CountedRun },
): CountedPair {
  const trials = commonTrials(before.run, after.run);
  return {
    baseline: firstTrials(before.counted, trials),
    current: firstTrials(after.counted, trials),
  };
}

/** Those with a finished item, as everywhere else where runs are compared. */
function* firstTrials(
  { cells, outcomes }: CountedRun,
  trials: ReadonlyMap<string, number>,
): Generator<CountedCell> {
  for (const cell of cells) {
    if (cell.judged + cell.unjudged === 0) continue;
    const count = Math.min(
      cell.trials,
      trials.get(cell.scenario) ?? cell.trials,
    );
    let judged = 0;
    let passed = 0;
    for (let trial = 0; trial < count; trial += 1) {
      const outcome = outcomes[cell.firstItem + trial];
      if (outcome === OUTCOMES.none) continue;
      judged += 1;
      if (outcome === OUTCOMES.passed) passed += 1;
    }
    const { scenario, scenarioKey, provider, region, variant } = cell;
    yield { scenario, scenarioKey, provider, region, variant, judged, passed };
  }
}
