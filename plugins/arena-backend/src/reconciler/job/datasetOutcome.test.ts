import {
  ArenaJobSpec,
  DatasetState,
} from '@backstage-arena/plugin-arena-common';
import { RunHead } from '../../runs/RunStore';
import { decideDatasetOutcome } from './datasetOutcome';
import { buildDatasetSummary } from './datasetSummary';

const spec = { type: 'datagen', cancelled: false } as ArenaJobSpec;
const run = {
  counters: { inputTokens: 3, outputTokens: 4, cost: 0.5, durationMs: 1_000 },
} as RunHead;

const complete: DatasetState = {
  phase: 'over',
  count: 10,
  rows: 10,
  attempts: 20,
  maxAttempts: 100,
  surplus: 1,
  unfinished: 0,
  rejects: { duplicate: 6, schema: 2, nearDuplicate: 1 },
  barren: 0,
  history: [],
  format: 'jsonl',
  seed: 0,
  quotas: [],
  endedBy: 'count',
  cost: 0.5,
};

const decide = (
  dataset: Partial<DatasetState>,
  more: Partial<Parameters<typeof decideDatasetOutcome>[0]> = {},
) =>
  decideDatasetOutcome({
    spec,
    run,
    dataset: { ...complete, ...dataset },
    verdicts: [],
    ...more,
  });

const TALLY =
  '10 of 10 rows after 20 attempts (2 not of the schema, 6 duplicates, 1 near-duplicates, 1 surplus)';

describe('decideDatasetOutcome', () => {
  it('succeeds when all rows are there', () => {
    expect(decide({})).toEqual({
      phase: 'Succeeded',
      reason: 'JobSucceeded',
      message: TALLY,
    });
  });

  it.each([
    ['attempts', 'InsufficientYield', /more than 100 attempts are not allowed/],
    ['yield', 'InsufficientYield', /the last 1000 attempts brought no row/],
    [
      'budget',
      'BudgetExhausted',
      /the budget of 5 EUR was used up \(attempts have cost 0.5000\)/,
    ],
  ] as const)('fails when it ended by %s', (endedBy, reason, message) => {
    expect(
      decide({
        rows: 4,
        endedBy,
        barren: 1_000,
        budget: { limit: 5, currency: 'EUR' },
      }),
    ).toMatchObject({
      phase: 'Failed',
      reason,
      message: expect.stringMatching(message),
    });
  });

  it('does not blame the model for what providers and tools did', () => {
    expect(
      decide({
        rows: 4,
        attempts: 100,
        endedBy: 'attempts',
        rejects: { error: 90 },
      }),
    ).toMatchObject({
      reason: 'InfrastructureErrors',
      message: expect.stringContaining(
        '90 of 100 attempts ended with an error',
      ),
    });
  });

  it('fails by thresholds, and by reports that could not be written', () => {
    const verdicts = [{ metric: 'total_cost', passed: false, text: '2 < 1' }];
    expect(decide({}, { verdicts })).toMatchObject({
      reason: 'ThresholdViolated',
      message: `${TALLY}, but 1 of 1 thresholds are violated: total_cost 2 < 1`,
    });
    expect(
      decide({}, { run: { ...run, finalizeError: 'no room' } }),
    ).toMatchObject({ reason: 'OutputFailed' });
  });

  it('says what kept the workers from it, and that it was cancelled', () => {
    const failed: RunHead = { ...run, outcome: 'Failed' };
    const cause = { reason: 'ImagePullFailed', message: 'No image' };
    expect(decide({ rows: 2 }, { run: failed, cause })).toMatchObject({
      phase: 'Failed',
      reason: 'ImagePullFailed',
      message: expect.stringMatching(/^No image; 2 of 10 rows/),
    });
    expect(
      decide({ rows: 2 }, { run: { ...run, outcome: 'Cancelled' } }),
    ).toMatchObject({ phase: 'Cancelled' });
  });
});

describe('buildDatasetSummary', () => {
  it('has the keys of every job, and those of datasets', () => {
    expect(buildDatasetSummary(run, complete, [])).toEqual({
      passRate: '50.0',
      totalItems: '10',
      passedItems: '10',
      failedItems: '9',
      avgDurationMs: '50',
      rows: '10',
      attempts: '20',
      surplus: '1',
      unfinished: '0',
      duplicateRate: '0.3500',
      'rejected:duplicate': '6',
      'rejected:schema': '2',
      'rejected:nearDuplicate': '1',
      endedBy: 'count',
      totalTokens: '7',
      totalCost: '0.5000',
    });
  });
});
