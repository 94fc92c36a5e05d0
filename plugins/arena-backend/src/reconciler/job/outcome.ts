import { ArenaJobSpec } from '@backstage-arena/plugin-arena-common';
import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { RunHead } from '../../runs/RunStore';
import { RunResults } from './RunResults';
import { ThresholdVerdict } from './thresholds';

/** How a settled run ends its job. */
export interface JobOutcome {
  phase: 'Succeeded' | 'Failed' | 'Cancelled';
  /** Reason of the condition `Progressing`. */
  reason: string;
  message: string;
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
  /** What kept the workers from working, where that ended the run. */
  cause?: WorkerTrouble;
}): JobOutcome {
  const { spec, run, results, verdicts, cause } = options;
  const { total, passed, failed, errored, pending } = results.verdict;
  const ignored = results.counters.total - total;
  const tally = `${passed} of ${total} items passed, ${failed} failed, ${errored} could not be run${
    ignored > 0
      ? ` (${ignored} later trials and variants do not count in compatible runs)`
      : ''
  }`;
  const fail = (reason: string, message: string): JobOutcome => ({
    phase: 'Failed',
    reason,
    message,
  });

  if (run.outcome === 'Cancelled') {
    return {
      phase: 'Cancelled',
      reason: 'Cancelled',
      message: `The job was cancelled: ${tally}, ${pending} were left`,
    };
  }
  const verdict = judge();
  if (spec.cancelled && verdict.phase === 'Failed') {
    return {
      phase: 'Cancelled',
      reason: 'Cancelled',
      message: `The job was cancelled: ${tally}`,
    };
  }
  return verdict;

  function judge(): JobOutcome {
    if (run.outcome === 'Failed') {
      const why = cause?.message ?? 'The run failed';
      return fail(
        cause?.reason ?? 'JobFailed',
        pending === 0
          ? `${tally}, but the reports could not be written: ${why}`
          : `${why}; ${tally}, ${pending} were left`,
      );
    }
    if (passed + failed + errored === 0) {
      return fail('NoTestsRan', 'No test was run');
    }
    const minPassRate = spec.evaluation?.gate?.minPassRate ?? 100;
    if (passed * 100 < minPassRate * total && failed > 0) {
      return fail(
        'TestsFailed',
        `${tally}: the pass rate of ${rate(
          passed,
          total,
        )} % is below the required ${minPassRate} %`,
      );
    }
    if (errored > 0 || pending > 0) {
      return fail(
        'InfrastructureErrors',
        `${tally}: an item without a verdict never counts as passed`,
      );
    }
    const violated = verdicts.filter(entry => !entry.passed);
    if (violated.length > 0) {
      return fail(
        'ThresholdViolated',
        `${tally}, but ${violated.length} of ${
          verdicts.length
        } thresholds are violated: ${violated
          .map(entry => `${entry.metric} ${entry.text}`)
          .join('; ')}`,
      );
    }
    if (run.finalizeError) {
      return fail(
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
