import { CellChange, WholeComparison } from '../statistics/comparison';
import { Interval } from '../statistics/types';
import { ComparedRun, RunInput } from './comparison';
import { RunOutcome, RunState } from './types';

/** How many runs can be compared at a time, the baseline included. @public */
export const RUN_SET_LIMITS = { min: 2, max: 10 } as const;

/**
 * What became of a cell in a run, beside the baseline.
 *
 * - those of {@link CellChange}: both runs have a verdict for it.
 * - `edited`: the scenario has another content: it is another test.
 * - `new`, `gone`: the run has the cell and the baseline does not, or the other way round.
 * - `unjudged`: one of the two has no verdict for it (yet): its items ended in infrastructure errors, or have not ended.
 *
 * @public
 */
export type RunSetChange = CellChange | 'edited' | 'new' | 'gone' | 'unjudged';

/** All of them, those that need a look first. @public */
export const RUN_SET_CHANGES = [
  'regressed',
  'worse',
  'fixed',
  'better',
  'flaky',
  'edited',
  'new',
  'gone',
  'unjudged',
  'unchanged',
] as const satisfies readonly RunSetChange[];

/** Which runs are compared, and what counts as a change. @public */
export interface RunSetQuery {
  /** Ids of 2 to 10 evaluations of one namespace. The first one is the baseline. */
  run: readonly string[];
  /** Chance of calling any run, or any cell, regressed when nothing has changed. Default 0.05. */
  significance?: number;
  /** Smallest change of pass rate that matters, from 0 to 1. Default 0.01. */
  minEffect?: number;
}

/** @public */
export type RunSetOrder =
  | 'change'
  | 'plan'
  | 'passRate'
  | 'score'
  | 'durationMs'
  | 'cost';

/** Which cells are wanted. @public */
export interface RunSetCellsQuery extends RunSetQuery {
  /** Cells that any run has one of these of. Absent: all. */
  change?: readonly RunSetChange[];
  /** Id of the run that `change` and `orderBy` look at. Absent: all but the baseline. */
  in?: string;
  /** Part of the name of the scenario or of the provider. */
  search?: string;
  /** Key of the only cell that is wanted. */
  key?: string;
  /**
   * Default `change`: regressions first. `plan`: as the baseline has them. The others: by the change against the baseline that is worst in any
   * run; cells without one are last.
   */
  orderBy?: RunSetOrder;
  /** Default `asc`: the worst first. */
  order?: 'asc' | 'desc';
  /** Default 0. */
  offset?: number;
  /** At most 200, default 50. */
  limit?: number;
}

/** A run of a set, all in all. Rates go from 0 to 1. @public */
export interface RunSetMember extends ComparedRun {
  state: RunState;
  outcome?: RunOutcome;
  /** ISO 8601 in UTC. */
  createdAt: string;
  /** Of the items that decide the verdict. */
  judged: number;
  passed: number;
  /** Absent when nothing was judged. */
  passRate?: number;
  /** Wilson score interval at 95 % confidence. */
  interval?: Interval;
  /** Mean over items that have one, from 0 to 1; absent when none has. */
  score?: number;
  /** Mean over items with a verdict, in milliseconds; absent while there is none. */
  durationMs?: number;
  /** Of all items. */
  cost: number;
  /** What differs from the baseline; nothing for the baseline itself. */
  changedInputs: RunInput[];
  /** Beside the baseline; absent for the baseline itself. */
  whole?: WholeComparison;
  /** How many cells became what, beside the baseline; absent for the baseline itself. */
  changes?: Record<RunSetChange, number>;
}

/** Runs side by side. @public */
export interface RunSetComparison {
  cluster: string;
  namespace: string;
  significance: number;
  minEffect: number;
  /** The baseline first. */
  runs: RunSetMember[];
  /** How many cells any of the runs has. */
  cells: number;
  /** How many cells became this in at least one run. */
  changes: Record<RunSetChange, number>;
}

/** What a run has measured in a cell, over the items that decide the verdict. @public */
export interface RunSetFigures {
  /** Items that the plan has. Their indexes follow one another. */
  trials: number;
  /** Index of the first one. */
  firstItem: number;
  /** Items with a verdict. */
  judged: number;
  passed: number;
  /** Items that ended without a verdict. */
  unjudged: number;
  /** Absent when nothing was judged. */
  passRate?: number;
  /** Wilson score interval at 95 % confidence. */
  interval?: Interval;
  /** Mean over items that have one, from 0 to 1. */
  score?: number;
  /** Mean over items with a verdict, in milliseconds. */
  durationMs?: number;
  /** Mean over items that ended; absent while there is none. */
  cost?: number;
}

/** A cell in one of the runs. @public */
export interface RunSetCell {
  /** Absent when the run has no such cell. */
  figures?: RunSetFigures;
  /** Absent for the baseline, and for cells that neither it nor the run has. */
  change?: RunSetChange;
  /** Change of the pass rate, from -1 to 1. Absent where there is nothing to compare. */
  effect?: number;
  /** Chance of at least such a change, in its direction, if nothing had changed; corrected for the cells of all runs. */
  pValue?: number;
}

/** A cell in all of the runs. @public */
export interface RunSetRow {
  /** Follows from what the cell is, so that it is the same in other sets. */
  key: string;
  scenario: string;
  provider: string;
  region: string;
  /** Counts from 0. */
  variant: number;
  /** In the order of the runs. */
  cells: RunSetCell[];
}

/** @public */
export interface RunSetRowsPage {
  items: RunSetRow[];
  /** How many cells match. */
  totalItems: number;
}

/** What was added, removed and changed, by name: the first few of each, and how many there are. @public */
export interface NamedChanges {
  added: { count: number; names: string[] };
  removed: { count: number; names: string[] };
  changed: { count: number; names: string[] };
}

/** One value that differs. Absent sides have none. @public */
export interface ChangedValue {
  /** For example `trials` or `defaults.temperature`. */
  name: string;
  before?: string;
  after?: string;
  /** The values are not for readers of jobs: only that they differ is said. */
  isHidden?: boolean;
}

/** Source of a run. @public */
export interface RunSetSource {
  name: string;
  revision: string;
  /** `sha256:<hex>` of the snapshot. */
  digest: string;
}

/** What a run is made of that the baseline is not. Each part is absent when it is the same. @public */
export interface RunSetInputs {
  runId: string;
  source?: { before: RunSetSource; after: RunSetSource };
  /** Of scenarios, by id. */
  scenarios?: NamedChanges;
  /** Of providers and agents, by id. */
  providers?: NamedChanges & {
    /** What differs in those that changed. Empty for one whose configuration lies in the bundle. */
    values: Record<string, ChangedValue[]>;
  };
  /** Of tools of registries, by name. */
  tools?: NamedChanges;
  engine?: { before: string; after: string };
  /** What the job asks for. */
  settings?: ChangedValue[];
}
