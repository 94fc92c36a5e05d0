import { ChancesOf, thinTrials } from './thinTrials';
import { ComparisonExclusions, CountedCell } from './types';

/** A cell that both runs have a verdict for, with as many trials of either. */
export interface CellPair {
  scenario: string;
  provider: string;
  region: string;
  variant: number;
  baseline: { judged: number; passed: number };
  current: { judged: number; passed: number };
}

/** What can be compared, by scenario in the order of the current run, and what cannot. */
export interface AlignedCells {
  /** Each with at least one cell. */
  scenarios: CellPair[][];
  excluded: ComparisonExclusions;
}

const MAX_EXAMPLES = 10;
const CELLS_PER_STEP = 2_000;

interface ScenarioCells {
  key: string;
  cells: Map<string, CountedCell>;
}

/**
 * Brings the cells of two runs together by what they are: the scenario with its content, the provider, the region and the variant. A
 * provider whose configuration has changed is still the same one: that is what may have changed the results.
 *
 * Of a cell in which one run has fewer verdicts, as many of the other one are taken. Goes in steps, between which something else may be
 * done.
 */
export function* alignCells(
  baseline: Iterable<CountedCell>,
  current: Iterable<CountedCell>,
): Generator<undefined, AlignedCells> {
  const before = yield* byScenario(baseline);
  const after = yield* byScenario(current);
  const chances = new ChancesOf();
  let steps = 0;
  const excluded: ComparisonExclusions = {
    added: 0,
    gone: 0,
    edited: 0,
    unmatchedCells: 0,
    examples: { added: [], gone: [], edited: [] },
  };
  const leaveOut = (why: 'added' | 'gone' | 'edited', id: string) => {
    excluded[why] += 1;
    const examples = excluded.examples[why];
    if (examples.length < MAX_EXAMPLES) examples.push(id);
  };

  const scenarios: CellPair[][] = [];
  for (const [id, { key, cells }] of after) {
    const other = before.get(id);
    if (!other) {
      leaveOut('added', id);
      continue;
    }
    if (other.key !== key) {
      leaveOut('edited', id);
      continue;
    }
    const pairs: CellPair[] = [];
    for (const [name, cell] of cells) {
      const past = other.cells.get(name);
      if (!past || past.judged === 0 || cell.judged === 0) continue;
      const { scenario, provider, region, variant } = cell;
      chances.put(past.judged, past.passed, cell.judged, cell.passed);
      pairs.push({
        scenario,
        provider,
        region,
        variant,
        baseline: { judged: past.judged, passed: past.passed },
        current: { judged: cell.judged, passed: cell.passed },
      });
      steps += 1;
      if (steps % CELLS_PER_STEP === 0) yield;
    }
    let common = 0;
    for (const name of cells.keys()) if (other.cells.has(name)) common += 1;
    const all = cells.size + other.cells.size - common;
    excluded.unmatchedCells += all - pairs.length;
    if (pairs.length > 0) scenarios.push(pairs);
  }
  for (const id of before.keys()) if (!after.has(id)) leaveOut('gone', id);
  yield;
  for (const pair of scenarios.flat()) {
    const { baseline: past, current: now } = pair;
    if (past.judged === now.judged) continue;
    const trials = Math.min(past.judged, now.judged);
    const chance = chances.next();
    pair.baseline = thinTrials(past, trials, chance);
    pair.current = thinTrials(now, trials, chance);
  }
  return { scenarios, excluded };
}

function* byScenario(
  cells: Iterable<CountedCell>,
): Generator<undefined, Map<string, ScenarioCells>> {
  const scenarios = new Map<string, ScenarioCells>();
  let steps = 0;
  for (const cell of cells) {
    steps += 1;
    if (steps % CELLS_PER_STEP === 0) yield;
    let entry = scenarios.get(cell.scenario);
    if (!entry) {
      entry = { key: cell.scenarioKey, cells: new Map() };
      scenarios.set(cell.scenario, entry);
    }
    entry.cells.set(
      `${cell.variant} ${cell.region.length} ${cell.region} ${cell.provider}`,
      cell,
    );
  }
  return scenarios;
}
