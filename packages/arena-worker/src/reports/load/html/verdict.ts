import { LoadReport } from '@backstage-arena/plugin-arena-common/load';

export interface LoadVerdict {
  name: 'Passed' | 'Failed' | 'Running';
  /** Why it is not passed. */
  reasons: string[];
}

const EARLY_ENDS: Readonly<Record<LoadReport['endedBy'], string | undefined>> =
  {
    running: 'The test is not over: this is what there is so far.',
    completed: undefined,
    search: undefined,
    stopped: 'The test was stopped before its end.',
    threshold: 'The test ended early, because a threshold was not met.',
    budget: 'The test ended early, because its budget was used up.',
  };

/** What became of a load test, for people. */
export function verdictOf(report: LoadReport): LoadVerdict {
  const { endedBy, passed, thresholds, audit, search } = report;
  if (passed) return { name: 'Passed', reasons: [] };
  const early = EARLY_ENDS[endedBy];
  return {
    name: endedBy === 'running' ? 'Running' : 'Failed',
    reasons: [
      ...(early ? [early] : []),
      ...(endedBy === 'search' && search?.rate === undefined
        ? ['No rate met the service levels.']
        : []),
      ...(audit.verdict === 'invalid'
        ? ['The audit is invalid: the figures cannot be believed.']
        : []),
      ...thresholds
        .filter(threshold => !threshold.passed)
        .map(({ metric, text }) => `Threshold missed: ${metric} ${text}`),
    ],
  };
}
