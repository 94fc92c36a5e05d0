import {
  VerdictStatistics,
  verdictStatistics,
} from '@backstage-arena/plugin-arena-common';
import { RunRow } from '../runs/tables';

/** Columns that say how many items of a run passed. */
export type JudgedRow = Pick<
  RunRow,
  'passed' | 'failed' | 'verdict_total' | 'verdict_passed' | 'verdict_failed'
>;

/** How a run went: by its verdicts, which are of cells where trials decide together, else by its items. */
export function runStatistics(row: JudgedRow): VerdictStatistics {
  const counts =
    row.verdict_total === null
      ? { passed: Number(row.passed), failed: Number(row.failed) }
      : {
          passed: Number(row.verdict_passed),
          failed: Number(row.verdict_failed),
        };
  return verdictStatistics({
    judged: counts.passed + counts.failed,
    passed: counts.passed,
  });
}
