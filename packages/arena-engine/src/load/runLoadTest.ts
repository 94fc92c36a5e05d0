import { RunPlan } from '@backstage-arena/plugin-arena-common';
import {
  LoadProfile,
  LoadReport,
  LoadReportBatch,
} from '@backstage-arena/plugin-arena-common/load';
import { Bundle, RunnerOptions } from '../Engine';
import { BudgetLedger } from './BudgetLedger';
import { LoadOutcome } from './LoadSample';
import { LoadTest } from './LoadTest';

/** @public */
export interface RunLoadTestOptions {
  bundle: Pick<Bundle, 'runner'>;
  plan: RunPlan;
  /** Those that the plan was made with. */
  runnerOptions: RunnerOptions;
  profile: LoadProfile;
  /** Of the report. */
  title: string;
  /** Aborted: the test is stopped, and reports what there is. */
  signal: AbortSignal;
  /** Called once a second. */
  onBatch?: (batch: LoadReportBatch) => void;
  /** Called for each conversation. */
  onOutcome?: (outcome: LoadOutcome) => void;
}

/**
 * Runs a whole load test in this process.
 *
 * @throws PlanError when it has a budget and a provider has no prices; InputError when the mix does not fit the plan
 * @public
 */
export async function runLoadTest(
  options: RunLoadTestOptions,
): Promise<LoadReport> {
  const { bundle, plan, profile, runnerOptions } = options;
  const { budgetLimit, exceedRateLimits, mode } = profile;
  let test: LoadTest | undefined;
  const budget =
    budgetLimit === undefined
      ? undefined
      : new BudgetLedger(budgetLimit, () => test?.stop('budget'));
  const runner = await bundle.runner(plan, {
    ...runnerOptions,
    // As many connections as there may be conversations.
    concurrency: mode === 'open' ? profile.maxInFlight : undefined,
    load: { exceedRateLimits, budget },
  });
  try {
    test = new LoadTest({ ...options, runner });
    return await test.run();
  } finally {
    await runner.close();
  }
}
