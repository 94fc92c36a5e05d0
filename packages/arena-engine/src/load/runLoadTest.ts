import { RunPlan } from '@backstage-arena/plugin-arena-common';
import {
  ArrivalSchedule,
  LoadProfile,
  LoadReport,
  LoadReportBatch,
  LoadTotals,
} from '@backstage-arena/plugin-arena-common/load';
import { Bundle, RunnerOptions } from '../Engine';
import { BudgetLedger } from './BudgetLedger';
import { LoadOutcome } from './LoadSample';
import { LoadTest } from './LoadTest';

/** One second of a load test. @public */
export interface LoadSecond {
  batch: LoadReportBatch;
  /** The batch added up over stages and providers. */
  totals: LoadTotals;
  /** As it is then; a closed loop has none. */
  schedule: ArrivalSchedule | undefined;
}

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
  /** Called for each second, in order; the next one waits. An error ends the test. */
  onBatch?: (second: LoadSecond) => void | Promise<void>;
  /** Called for each conversation. An error ends the test. */
  onOutcome?: (outcome: LoadOutcome) => void;
}

/**
 * Runs a whole load test in this process.
 *
 * @throws PlanError when it has a budget and a provider has no prices; InputError when the mix does not fit the plan; what a callback throws
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
