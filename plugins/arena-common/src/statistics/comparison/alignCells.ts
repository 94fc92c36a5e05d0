import { ComparisonExclusions, CountedCell } from './types';

/** A cell that both runs have a verdict for. */
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

interface ScenarioCells {
  key: string;
  cells: Map<string, CountedCell>;
}

/**
 * Brings the cells of two runs together by what they are: the scenario with its content, the provider, the region and the variant. A
 * provider whose configuration has changed is still the same one: that is what may have changed the results.
 */
export function alignCells(
  baseline: Iterable<CountedCell>,
  current: Iterable<CountedCell>,
): AlignedCells {
  const before = byScenario(baseline);
  const after = byScenario(current);
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
      pairs.push({
        scenario,
        provider,
        region,
        variant,
        baseline: { judged: past.judged, passed: past.passed },
        current: { judged: cell.judged, passed: cell.passed },
      });
    }
    const common = [...cells.keys()].filter(name => other.cells.has(name));
    const all = cells.size + other.cells.size - common.length;
    excluded.unmatchedCells += all - pairs.length;
    if (pairs.length > 0) scenarios.push(pairs);
  }
  for (const id of before.keys()) if (!after.has(id)) leaveOut('gone', id);
  return { scenarios, excluded };
}

function byScenario(cells: Iterable<CountedCell>): Map<string, ScenarioCells> {
  const scenarios = new Map<string, ScenarioCells>();
  for (const cell of cells) {
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
