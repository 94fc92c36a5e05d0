import {
  ArenaJobSpec,
  RunBudget,
  RunGate,
} from '@backstage-arena/plugin-arena-common';
import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { RunHead } from '../../runs/RunStore';
import { RunResults } from './RunResults';
import { isUnanswered } from './gate';
import { ThresholdVerdict } from './thresholds';

/** How a settled run ends its job. */
export interface JobOutcome {
  phase: 'Succeeded' | 'Failed' | 'Cancelled';
  /** Reason of the condition `Progressing`. */
  reason: string;
  message: string;
}

/** @internal */
export function failed(reason: string, message: string): JobOutcome {
  return { phase: 'Failed', reason, message };
}

/**
 * What a run is judged to be, unless it was cancelled; a cancellation that came too late for the run beats a failure all the same.
 *
 * @param options.tally - how far it was
 * @param options.left - what was cut off, for a run that was cancelled
 */
export function unlessCancelled(
  options: {
    spec: ArenaJobSpec;
    run: RunHead;
    tally: string;
    left?: string;
  },
  judge: () => JobOutcome,
): JobOutcome {
  const { spec, run, tally, left } = options;
  const cancelled = (what: string): JobOutcome => ({
    phase: 'Cancelled',
    reason: 'Cancelled',
    message: `The job was cancelled: ${what}`,
  });
  if (run.outcome === 'Cancelled') {
    return cancelled(left === undefined ? tally : `${tally}, ${left}`);
  }
  const verdict = judge();
  return spec.cancelled && verdict.phase === 'Failed'
    ? cancelled(tally)
    : verdict;
}

/**
 * Decides the phase of an evaluation.
 *
 * Items that could not be run count as not passed and are never tolerated by the gate: a gate speaks of what models answer, not
 * of tests that nobody knows the result of.
 */
export function decideOutcome(options: {
  spec: ArenaJobSpec;
  run: RunHead;
  results: RunResults;
  verdicts: readonly ThresholdVerdict[];
  /** What the baseline says, for a job that names one. */
  gate?: RunGate;
  /** What the run might spend. */
  budget?: RunBudget;
  /** What kept the workers from working, where that ended the run. */
  cause?: WorkerTrouble;
}): JobOutcome {
  const { spec, run, results, verdicts, gate, budget, cause } = options;
  const {
    total,
    passed,
    failed: notPassed,
    errored,
    pending,
  } = results.verdict;
  const ignored = results.counters.total - total;
  const tally = `${passed} of ${total} items passed, ${notPassed} failed, ${errored} could not be run${
    ignored > 0
      ? ` (${ignored} later trials and variants do not count in compatible runs)`
      : ''
  }`;
  const left = `${pending} were left`;
  return unlessCancelled({ spec, run, tally, left }, judge);

  function judge(): JobOutcome {
    if (run.outcome === 'Failed') {
      const why = cause?.message ?? 'The run failed';
      return failed(
        cause?.reason ?? 'JobFailed',
        pending === 0
          ? `${tally}, but the reports could not be written: ${why}`
          : `${why}; ${tally}, ${left}`,
      );
    }
    const { counters, cut } = results;
    // Where all came to an end nevertheless, nothing is missing.
    if (cut && cut.items > 0 && budget) {
      return failed(
        'BudgetExhausted',
        `${tally}, ${counters.pending} were not begun; the budget of ${
          budget.limit
        } ${
          budget.currency
        } was used up: results have cost ${counters.cost.toFixed(
          4,
        )}, and workers were given ${cut.granted.toFixed(4)}`,
      );
    }
    if (passed + notPassed + errored === 0) {
      return failed('NoTestsRan', 'No test was run');
    }
    if (gate?.verdict === 'Regression') {
      return failed('Regression', `${gate.message}; ${tally}`);
    }
    const minPassRate = spec.evaluation?.gate?.minPassRate ?? 100;
    if (passed * 100 < minPassRate * total && notPassed > 0) {
      return failed(
        'TestsFailed',
        `${tally}: the pass rate of ${rate(
          passed,
          total,
        )} % is below the required ${minPassRate} %`,
      );
    }
    if (errored > 0 || pending > 0) {
      return failed(
        'InfrastructureErrors',
        `${tally}: an item without a verdict never counts as passed`,
      );
    }
    const violated = verdicts.filter(entry => !entry.passed);
    if (violated.length > 0) {
      return failed(
        'ThresholdViolated',
        `${tally}, but ${violated.length} of ${
          verdicts.length
        } thresholds are violated: ${violated
          .map(entry => `${entry.metric} ${entry.text}`)
          .join('; ')}`,
      );
    }
    if (gate && isUnanswered(gate, spec)) {
      return failed(gate.verdict, `${tally}, but ${gate.message}`);
    }
    if (run.finalizeError) {
      return failed(
        'OutputFailed',
        `${tally}, but the reports could not be written: ${run.finalizeError}`,
      );
    }
    return { phase: 'Succeeded', reason: 'JobSucceeded', message: tally };
  }
}

/** Rounded down: a rate of 99.97 % must not be shown as the 100 % that it missed. */
function rate(passed: number, total: number): string {
  return (Math.floor((passed / total) * 1_000) / 10).toFixed(1);
}
