import { CellClass, VerdictStatistics } from './types';
import { wilsonInterval } from './wilsonInterval';

/**
 * What follows from how many items passed.
 *
 * @param counts - `judged`: items with a verdict
 * @public
 */
export function verdictStatistics(counts: {
  judged: number;
  passed: number;
}): VerdictStatistics {
  const { judged, passed } = counts;
  if (judged === 0) return { judged, passed };
  return {
    judged,
    passed,
    passRate: passed / judged,
    interval: wilsonInterval(passed, judged),
    class: classOf(passed, judged),
  };
}

function classOf(passed: number, judged: number): CellClass {
  if (passed === judged) return 'stable';
  return passed === 0 ? 'broken' : 'flaky';
}
