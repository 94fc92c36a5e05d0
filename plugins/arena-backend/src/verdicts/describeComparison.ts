import {
  ComparedCell,
  ComparedRun,
  RunComparison,
  RunGate,
} from '@backstage-arena/plugin-arena-common';

const MAX_NAMED = 5;

/** What a comparison with the baseline says, in a word for programs and a sentence for people. */
export function describeComparison(
  baseline: ComparedRun,
  comparison: RunComparison,
): Pick<RunGate, 'verdict' | 'message'> {
  const { cells, passRate, excluded, changes } = comparison;
  const which = `run ${baseline.id} of ${baseline.jobName}`;
  if (cells === 0) {
    const { added, gone, edited } = excluded;
    return {
      verdict: 'NothingInCommon',
      message: `Nothing can be compared with ${which}: ${added} scenarios are new, ${gone} are gone, ${edited} were edited`,
    };
  }
  const figures = `the pass rate is ${percent(
    passRate.current,
  )} % after ${percent(passRate.baseline)} % in ${which}: ${formatChange(
    comparison,
  )}, ${formatPValue(comparison.pValue)}`;
  const { regressed: count } = changes;
  const single = `${count === 1 ? '1 cell' : `${count} cells`} lost`;
  if (comparison.regressed) {
    const why =
      comparison.decidedBy === 'cells'
        ? `${single} more than chance explains (${formatPValue(
            smallestOf(comparison.changedCells),
          )})`
        : 'More was lost than chance explains';
    return {
      verdict: 'Regression',
      message: `${why}; ${figures}${namesOf(
        comparison.changedCells.filter(isLoss),
      )}`,
    };
  }
  return {
    verdict: 'NoRegression',
    message: `${whyNot(comparison)}: ${figures}${
      count > 0
        ? `; ${single} more than chance explains if trials are independent${namesOf(
            comparison.changedCells.filter(
              ({ change }) => change === 'regressed',
            ),
          )}`
        : ''
    }`,
  };
}

/** For example `-4.2 points, 90 % interval -8.1 to -0.4`. */
export function formatChange({
  effect,
  interval,
  confidence,
}: RunComparison): string {
  return `${points(effect)} points, ${Math.round(
    100 * confidence,
  )} % interval ${points(interval.low)} to ${points(interval.high)}`;
}

function whyNot({
  effect,
  pValue,
  significance,
  minEffect,
}: RunComparison): string {
  return effect < 0 && pValue <= significance
    ? `The loss is no chance, but below the ${percent(
        minEffect,
      )} points that count`
    : 'No significant loss';
}

function smallestOf(cells: readonly ComparedCell[]): number {
  const found = cells.filter(({ change }) => change === 'regressed');
  return Math.min(...found.map(({ pValue }) => pValue));
}

function namesOf(cells: readonly ComparedCell[]): string {
  if (cells.length === 0) return '';
  const names = cells.slice(0, MAX_NAMED).map(nameOf).join(', ');
  return `; worst: ${names}${cells.length > MAX_NAMED ? ', ...' : ''}`;
}

function isLoss({ baseline, current }: ComparedCell): boolean {
  return current.passed / current.judged < baseline.passed / baseline.judged;
}

function nameOf(cell: ComparedCell): string {
  const { scenario, provider, baseline, current } = cell;
  return `${scenario} on ${provider} (${baseline.passed}/${baseline.judged} to ${current.passed}/${current.judged})`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** Percentage points with their sign. */
export function points(effect: number): string {
  const text = (100 * effect).toFixed(1);
  return effect > 0 && text !== '0.0' ? `+${text}` : text;
}

/** For example `p = 0.0123`. */
export function formatPValue(value: number): string {
  return value < 0.0001 ? 'p < 0.0001' : `p = ${value.toFixed(4)}`;
}
