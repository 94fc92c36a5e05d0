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
  const { cells, effect, passRate, interval, pValue, excluded } = comparison;
  const which = `run ${baseline.id} of ${baseline.jobName}`;
  if (cells === 0) {
    const { added, gone, edited } = excluded;
    return {
      verdict: 'NothingInCommon',
      message: `Nothing can be compared with ${which}: ${added} scenarios are new, ${gone} are gone, ${edited} were edited`,
    };
  }
  const figures = `${percent(passRate.current)} % after ${percent(
    passRate.baseline,
  )} % in ${which}: ${points(effect)} points, 90 % interval ${points(
    interval.low,
  )} to ${points(interval.high)}, ${formatPValue(pValue)}`;
  const lost = comparison.changedCells.filter(isLoss);
  const count = comparison.changes.regressed;
  const single = count === 1 ? '1 cell' : `${count} cells`;
  if (!comparison.regressed) {
    return {
      verdict: 'NoRegression',
      message: `No significant loss: the pass rate is ${figures}`,
    };
  }
  return {
    verdict: 'Regression',
    message: `${
      count > 0 ? `${single} lost more than chance explains; the` : 'The'
    } pass rate is ${figures}${
      lost.length > 0
        ? `; worst: ${lost.slice(0, MAX_NAMED).map(nameOf).join(', ')}${
            lost.length > MAX_NAMED ? ', ...' : ''
          }`
        : ''
    }`,
  };
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
