import { PlannedRun } from '../runs/PlannedRun';
import { onlyFirstTrialCounts } from '../runs/verdictItems';

type Run = Pick<PlannedRun, 'plan' | 'pins' | 'picked'>;

/**
 * How many trials of a scenario both runs have that decide their verdicts, by its id. Only runs with as many trials can be compared: a
 * scenario of more of them varies less.
 */
export function commonTrials(before: Run, after: Run): Map<string, number> {
  const past = trialsOf(before);
  const common = trialsOf(after);
  for (const [id, trials] of common) {
    common.set(id, Math.min(trials, past.get(id) ?? trials));
  }
  return common;
}

function trialsOf(run: Run): Map<string, number> {
  const first = onlyFirstTrialCounts(run);
  return new Map(
    run.plan.scenarios.map(({ id, trials }) => [id, first ? 1 : trials]),
  );
}
