import {
  RunCounters,
  VerdictCounters,
} from '@backstage-arena/plugin-arena-common';
import { RunTotals } from '../../runs/readTotals';

/** Times of single items, each list sorted upwards. */
export interface ItemTimes {
  latencyMs: Float64Array;
  ttftMs: Float64Array;
  /** Items that gave up because the provider refused them for now. */
  rateLimited: number;
}

/** The same message on several items. */
export interface ErrorGroup {
  message: string;
  count: number;
  /** The first few. */
  items: number[];
}

/** What the end of a run's budget has cut off, and what the workers had of it. */
export interface BudgetCut {
  /** Items that were not begun, and those that ended because their next call did not fit; of all items, whether they decide or not. */
  items: number;
  /** To all workers: more than results cost, where items were tried again, cut off, or lost with their worker. */
  granted: number;
}

/** What a settled run has brought. */
export interface RunResults {
  counters: RunCounters;
  /** Of the items that decide the verdict. */
  verdict: VerdictCounters;
  totals: RunTotals;
  /** Most frequent first. */
  errors: ErrorGroup[];
  /** Read only when a threshold needs them. */
  times?: ItemTimes;
  /** Of a run whose budget was used up. */
  cut?: BudgetCut;
}
