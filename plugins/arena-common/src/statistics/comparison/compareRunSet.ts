import { AlignedCells, alignCells } from './alignCells';
import { checkedLimits } from './checkedLimits';
import { compareWhole } from './compareWhole';
import { testCells } from './testCells';
import { ComparisonOptions, CountedCell, RunSetEntry } from './types';

/** A run of a set beside the baseline, each with the trials that both have. @public */
export interface CountedPair {
  baseline: Iterable<CountedCell>;
  current: Iterable<CountedCell>;
}

/**
 * Compares several runs with one baseline.
 *
 * @remarks
 * The chance of calling any run a regression is at most `significance` when nothing has changed: the tests of the whole share it
 * (Bonferroni). The chance of calling any cell of any run regressed is as well: one correction goes over the cells of all runs. Cells never decide about a
 * run.
 *
 * @param pairs - one for each run but the baseline
 * @param options - `pause` is awaited between steps of some milliseconds; what it throws ends the comparison
 * @returns in the order of `pairs`
 * @throws RangeError for options that make no sense
 * @public
 */
export async function compareRunSetInSteps(
  pairs: readonly CountedPair[],
  options: Pick<ComparisonOptions, 'significance' | 'minEffect'> & {
    pause: () => Promise<void>;
  },
): Promise<RunSetEntry[]> {
  const { pause, ...rest } = options;
  const steps = runSetSteps(pairs, rest);
  let step = steps.next();
  while (!step.done) {
    await pause();
    step = steps.next();
  }
  return step.value;
}

/**
 * The same at once.
 *
 * @public
 */
export function compareRunSet(
  pairs: readonly CountedPair[],
  options: Pick<ComparisonOptions, 'significance' | 'minEffect'> = {},
): RunSetEntry[] {
  const steps = runSetSteps(pairs, options);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

function* runSetSteps(
  pairs: readonly CountedPair[],
  options: ComparisonOptions,
): Generator<undefined, RunSetEntry[]> {
  const limits = checkedLimits(options);
  const aligned: AlignedCells[] = [];
  for (const { baseline, current } of pairs) {
    aligned.push(yield* alignCells(baseline, current));
  }
  const counts = aligned.map(({ scenarios }) =>
    scenarios.reduce((sum, cells) => sum + cells.length, 0),
  );
  yield;
  const tested = yield* testCells(
    aligned.flatMap(({ scenarios }) => scenarios.flat()),
    limits,
  );
  const entries: RunSetEntry[] = [];
  let start = 0;
  for (const [index, one] of aligned.entries()) {
    const whole = yield* compareWhole(one, { ...limits, tests: pairs.length });
    const end = start + counts[index];
    entries.push({ whole, cells: tested.slice(start, end) });
    start = end;
  }
  return entries;
}
