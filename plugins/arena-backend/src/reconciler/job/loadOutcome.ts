import { ArenaJobSpec } from '@backstage-arena/plugin-arena-common';
import { LoadReport } from '@backstage-arena/plugin-arena-common/load';
import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { RunHead } from '../../runs/RunStore';
import { failed, JobOutcome, unlessCancelled } from './outcome';

/** Reasons of the audit that are named; the report has all. */
const NAMED_REASONS = 3;

/**
 * Decides the phase of a load test: it succeeds when it came to its own end, met its thresholds, and its audit says that its figures can be
 * believed. How many requests failed decides nothing by itself: that is what thresholds are for.
 */
export function decideLoadOutcome(options: {
  spec: ArenaJobSpec;
  run: RunHead;
  report: LoadReport;
  /** What kept the workers from working, where that ended the run. */
  cause?: WorkerTrouble;
}): JobOutcome {
  const { spec, run, report, cause } = options;
  const { totals, thresholds, audit, endedBy, search } = report;
  const tally = describe(report);
  return unlessCancelled({ spec, run, tally }, judge);

  function judge(): JobOutcome {
    if (run.outcome === 'Failed') {
      const why = cause?.message ?? 'The run failed';
      return failed(cause?.reason ?? 'JobFailed', `${why}; ${tally}`);
    }
    const missed = thresholds.filter(({ passed }) => !passed);
    const missedText = missed
      .map(({ metric, text }) => `${metric} ${text}`)
      .join('; ');
    if (endedBy === 'budget') {
      return failed(
        'BudgetExhausted',
        `${tally}; the budget of ${report.cost.limit} ${
          report.cost.currency
        } was used up (${report.cost.total.toFixed(4)} were spent)`,
      );
    }
    if (endedBy === 'threshold') {
      return failed(
        'ThresholdViolated',
        `${tally}; ended early by a threshold: ${missedText}`,
      );
    }
    if (endedBy === 'stopped') {
      return failed('Stopped', `${tally}; it was stopped before its end`);
    }
    if (audit.verdict === 'invalid') {
      return failed(
        'AuditInvalid',
        `${tally}; the figures cannot be believed: ${audit.reasons
          .slice(0, NAMED_REASONS)
          .join('; ')}`,
      );
    }
    if (missed.length > 0) {
      return failed(
        'ThresholdViolated',
        `${tally}, but ${missed.length} of ${thresholds.length} thresholds are violated: ${missedText}`,
      );
    }
    if (search && search.rate === undefined) {
      return failed('NoRateFound', `${tally}; ${search.reason}`);
    }
    if (run.finalizeError) {
      return failed(
        'OutputFailed',
        `${tally}, but the reports could not be written: ${run.finalizeError}`,
      );
    }
    const found = search
      ? `; the highest good rate is ${search.rate}/s: ${search.reason}`
      : '';
    return {
      phase: 'Succeeded',
      reason: 'JobSucceeded',
      message: `${tally}${found}${
        audit.verdict === 'suspect'
          ? `; the audit has doubts: ${audit.reasons
              .slice(0, NAMED_REASONS)
              .join('; ')}`
          : ''
      }`,
    };
  }

  function describe({ totals: { sent, completed, succeeded } }: LoadReport) {
    const dropped = Object.values(totals.dropped).reduce(
      (sum, number = 0) => sum + number,
      0,
    );
    return `${sent} conversations sent at ${totals.sentRate.toFixed(1)}/s, ${
      completed - succeeded
    } failed, ${dropped} dropped, ${totals.lost} lost`;
  }
}
