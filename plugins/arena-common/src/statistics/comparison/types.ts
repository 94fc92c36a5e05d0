import { Interval } from '../types';

/** Verdicts of one cell of a run. A cell is a scenario with a provider, a region and a variant; its items are trials of the same text. @public */
export interface CountedCell {
  /** Id of the scenario. */
  scenario: string;
  /** Digest of the scenario's content: one that was edited is another test. */
  scenarioKey: string;
  /** Id of the provider. */
  provider: string;
  region: string;
  /** Counts from 0. */
  variant: number;
  /** Items with a verdict. */
  judged: number;
  passed: number;
}

/** What a change has to be to count as a regression. @public */
export interface ComparisonOptions {
  /** Chance of calling two runs of the same a regression, above 0 and at most 0.5. Default 0.05. */
  significance?: number;
  /** Smallest loss of pass rate that matters, from 0 to 1. Default 0.01. */
  minEffect?: number;
  /** Whether a single cell that regressed makes the run a regression as well; half of the significance is its then. Default false. */
  decideByCells?: boolean;
  /** How many changed cells are listed. Default 50. */
  maxCells?: number;
}

/**
 * What became of a cell.
 *
 * - `regressed`, `fixed`: its pass rate fell or rose, by more than chance explains for this cell alone, all cells considered and trials being independent.
 * - `worse`, `better`: all trials of one run passed and all of the other did not, too few to rule out chance.
 * - `flaky`: trials of the same run differ, and the runs do not differ by more than chance explains.
 * - `unchanged`: all trials of both runs agree.
 *
 * @public
 */
export type CellChange =
  | 'regressed'
  | 'fixed'
  | 'worse'
  | 'better'
  | 'flaky'
  | 'unchanged';

/** A cell of both runs, with as many trials of either. @public */
export interface ComparedCell {
  scenario: string;
  provider: string;
  region: string;
  variant: number;
  baseline: { judged: number; passed: number };
  current: { judged: number; passed: number };
  change: CellChange;
  /** Chance of at least such a change, in its direction, if nothing had changed; corrected for the number of cells, and of tests that decide. */
  pValue: number;
}

/**
 * How the chance of the whole change was computed.
 *
 * - `signFlip`: each scenario is one observation, however many trials it has; the differences of scenarios change their signs at random.
 * - `stratified`: for few scenarios; within each cell, trials are dealt to the two runs at random.
 *
 * @public
 */
export type ComparisonMethod = 'signFlip' | 'stratified';

/** What only one of the runs has, or what has changed itself: it says nothing about the system under test, and does not count. @public */
export interface ComparisonExclusions {
  /** Scenarios of the current run alone. */
  added: number;
  /** Scenarios of the baseline alone. */
  gone: number;
  /** Scenarios whose content differs. */
  edited: number;
  /** Cells of common scenarios that only one run has a verdict for. */
  unmatchedCells: number;
  /** The first few of each. */
  examples: { added: string[]; gone: string[]; edited: string[] };
}

/** What a run has lost or gained over another one of the same tests, all in all. Rates go from 0 to 1. @public */
export interface WholeComparison {
  /** Scenarios and cells that both runs have a verdict for. */
  scenarios: number;
  cells: number;
  /** Items with a verdict in those cells. */
  judged: { baseline: number; current: number };
  /** Mean over scenarios of the mean over their cells. */
  passRate: { baseline: number; current: number };
  /** `passRate.current - passRate.baseline` */
  effect: number;
  /** Of the effect. It stays at or below 0 exactly when `pValue` is at most `significance` and the effect is a loss. */
  interval: Interval;
  /** Of the interval, from 0 to 1: what lies on either side of it is as unlikely as the level of the test of the whole. */
  confidence: number;
  /** Chance of at least such a loss in the whole if nothing had changed; multiplied by the number of tests that decide. */
  pValue: number;
  method: ComparisonMethod;
  significance: number;
  minEffect: number;
  /** More was lost than chance explains. */
  regressed: boolean;
  excluded: ComparisonExclusions;
}

/** Two runs of the same tests, compared cell by cell. Rates go from 0 to 1. @public */
export interface RunComparison extends WholeComparison {
  decideByCells: boolean;
  /** The whole has lost more than chance explains, or a single cell has where cells decide. */
  regressed: boolean;
  /** Which test found it; `whole` when both did. Absent unless `regressed`. */
  decidedBy?: 'whole' | 'cells';
  changes: Record<CellChange, number>;
  /** Cells that are not `unchanged`, those that lost most first. */
  changedCells: ComparedCell[];
}

/** A run of a set, compared with the baseline of the set. @public */
export interface RunSetEntry {
  whole: WholeComparison;
  /** All cells that both runs have a verdict for, in the order of this run. */
  cells: ComparedCell[];
}
