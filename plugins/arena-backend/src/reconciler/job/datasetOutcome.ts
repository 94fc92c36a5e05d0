import {
  ArenaJobSpec,
  DatasetState,
} from '@backstage-arena/plugin-arena-common';
import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { RunHead } from '../../runs/RunStore';
import { failed, JobOutcome, unlessCancelled } from './outcome';
import { ThresholdVerdict } from './thresholds';

const REASONS: Record<keyof DatasetState['rejects'], string> = {
  invalidJson: 'no JSON',
  schema: 'not of the schema',
  tooLarge: 'too large',
  checks: 'with failed checks',
  duplicate: 'duplicates',
  nearDuplicate: 'near-duplicates',
  quota: 'of a kind of which there are enough',
  error: 'errors',
};

/** Decides the phase of data generation: all rows that were asked for, or not. */
export function decideDatasetOutcome(options: {
  spec: ArenaJobSpec;
  run: RunHead;
  dataset: DatasetState;
  verdicts: readonly ThresholdVerdict[];
  /** What kept the workers from working, where that ended the run. */
  cause?: WorkerTrouble;
}): JobOutcome {
  const { spec, run, dataset, verdicts, cause } = options;
  const tally = describeYield(dataset);
  return unlessCancelled({ spec, run, tally }, judge);

  function judge(): JobOutcome {
    if (run.outcome === 'Failed') {
      const why = cause?.message ?? 'The run failed';
      return failed(cause?.reason ?? 'JobFailed', `${why}; ${tally}`);
    }
    if (dataset.endedBy === 'budget') {
      const { limit, currency } = dataset.budget!;
      return failed(
        'BudgetExhausted',
        `${tally}; the budget of ${limit} ${currency} was used up (attempts have cost ${dataset.cost.toFixed(
          4,
        )})`,
      );
    }
    const { error: errors = 0 } = dataset.rejects;
    if (dataset.rows < dataset.count && 2 * errors > dataset.attempts) {
      return failed(
        'InfrastructureErrors',
        `${tally}: ${errors} of ${dataset.attempts} attempts ended with an error of a provider or a tool`,
      );
    }
    if (dataset.rows < dataset.count) {
      return failed(
        'InsufficientYield',
        dataset.endedBy === 'yield'
          ? `${tally}: the last ${dataset.barren} attempts brought no row`
          : `${tally}: more than ${dataset.maxAttempts} attempts are not allowed`,
      );
    }
    const violated = verdicts.filter(({ passed }) => !passed);
    if (violated.length > 0) {
      return failed(
        'ThresholdViolated',
        `${tally}, but ${violated.length} of ${
          verdicts.length
        } thresholds are violated: ${violated
          .map(({ metric, text }) => `${metric} ${text}`)
          .join('; ')}`,
      );
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

function describeYield(dataset: DatasetState): string {
  const { rows, count, attempts, rejects, surplus, unfinished } = dataset;
  const parts = Object.entries(REASONS).flatMap(([reason, text]) => {
    const number = rejects[reason as keyof typeof rejects] ?? 0;
    return number > 0 ? [`${number} ${text}`] : [];
  });
  if (surplus > 0) parts.push(`${surplus} surplus`);
  if (unfinished > 0) parts.push(`${unfinished} unfinished`);
  return `${rows} of ${count} rows after ${attempts} attempts${
    parts.length > 0 ? ` (${parts.join(', ')})` : ''
  }`;
}
