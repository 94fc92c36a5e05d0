import {
  LoadReport,
  loadProfileOf,
} from '@backstage-arena/plugin-arena-common/load';
import { createJob, createRun } from './__testUtils__/worlds';
import { decideLoadOutcome } from './loadOutcome';
import { buildLoadSummary } from './loadSummary';

const TIMES = {
  count: 100,
  mean: 12.3,
  min: 1,
  p50: 10,
  p90: 20,
  p95: 25,
  p99: 30,
  p999: 40,
  max: 50,
};

function report(changes: Partial<LoadReport> = {}): LoadReport {
  return {
    version: 1,
    title: 't',
    startedAt: '2026-11-26T00:00:00.000Z',
    elapsedMs: 10_000,
    endedBy: 'completed',
    profile: loadProfileOf(undefined),
    formulas: {},
    totals: {
      sent: 100,
      completed: 100,
      succeeded: 97,
      failed: { timeout: 3 },
      graded: 0,
      passed: 0,
      good: 97,
      calls: 100,
      rateLimited: 0,
      heldBack: 0,
      errorRate: 0.03,
      goodput: 9.7,
      inputTokens: 10,
      outputTokens: 20,
      cachedTokens: 0,
      cost: 0.5,
      times: { latency: TIMES, serviceTime: TIMES },
      measuredMs: 10_000,
      expected: 101,
      dropped: { late: 1 },
      lost: 0,
      targetRate: 10.1,
      sentRate: 10,
    },
    stages: [],
    providers: {},
    scenarios: {},
    workers: [],
    cost: { currency: 'USD', total: 0.5 },
    thresholds: [],
    audit: { verdict: 'valid', reasons: [], perStage: [], perWorker: [] },
    passed: true,
    ...changes,
  };
}

const MISSED = {
  metric: 'error_rate',
  operator: '<',
  value: '0.01',
  actual: 0.03,
  passed: false,
  text: '0.0300 < 0.01 FAIL',
};

function decide(
  changes: Partial<LoadReport> = {},
  options: { cancelled?: boolean; run?: Parameters<typeof createRun>[0] } = {},
) {
  return decideLoadOutcome({
    spec: createJob({
      spec: { type: 'loadtest', cancelled: options.cancelled ?? false },
    }).spec,
    run: createRun({ state: 'Closed', outcome: 'Completed', ...options.run }),
    report: report(changes),
  });
}

describe('the outcome of a load test', () => {
  it('succeeds without thresholds, whatever share of the requests failed', () => {
    expect(decide()).toEqual({
      phase: 'Succeeded',
      reason: 'JobSucceeded',
      message: '100 conversations sent at 10.0/s, 3 failed, 1 dropped, 0 lost',
    });
  });

  it('fails when its figures cannot be believed, even with its thresholds met', () => {
    expect(
      decide({
        audit: {
          verdict: 'invalid',
          reasons: ['stage 0: sent late'],
          perStage: [],
          perWorker: [],
        },
      }),
    ).toMatchObject({
      phase: 'Failed',
      reason: 'AuditInvalid',
      message: expect.stringContaining('stage 0: sent late'),
    });
  });

  it.each([
    [
      'a threshold that is missed',
      { thresholds: [MISSED] },
      'ThresholdViolated',
    ],
    [
      'a threshold that ended it',
      { thresholds: [MISSED], endedBy: 'threshold' as const },
      'ThresholdViolated',
    ],
    ['the budget', { endedBy: 'budget' as const }, 'BudgetExhausted'],
    ['who stopped it', { endedBy: 'stopped' as const }, 'Stopped'],
    [
      'a search that found nothing',
      { endedBy: 'search' as const, search: { reason: 'no rate', steps: [] } },
      'NoRateFound',
    ],
  ])('fails by %s', (_, changes, reason) => {
    expect(decide(changes)).toMatchObject({ phase: 'Failed', reason });
  });

  it('names doubts of the audit, and the rate that a search found', () => {
    const { phase, message } = decide({
      endedBy: 'search',
      search: { rate: 40, reason: '50/s was not good', steps: [] },
      audit: {
        verdict: 'suspect',
        reasons: ['worker a: busy'],
        perStage: [],
        perWorker: [],
      },
    });
    expect(phase).toBe('Succeeded');
    expect(message).toContain('the highest good rate is 40/s');
    expect(message).toContain('worker a: busy');
  });

  it('is cancelled when the run was, and when it failed beside', () => {
    const run = { outcome: 'Cancelled' as const };
    expect(decide({}, { run }).phase).toBe('Cancelled');
    expect(decide({ thresholds: [MISSED] }, { cancelled: true }).phase).toBe(
      'Cancelled',
    );
    expect(decide({}, { cancelled: true }).phase).toBe('Succeeded');
  });

  it('fails when nobody could write the reports, or the workers broke', () => {
    expect(decide({}, { run: { finalizeError: 'no bucket' } })).toMatchObject({
      phase: 'Failed',
      reason: 'OutputFailed',
    });
    expect(decide({}, { run: { outcome: 'Failed' } })).toMatchObject({
      phase: 'Failed',
      reason: 'JobFailed',
    });
  });

  it('has a summary of texts, with the keys that all jobs have', () => {
    expect(buildLoadSummary(report({ thresholds: [MISSED] }))).toEqual({
      passRate: '97.0',
      totalItems: '100',
      passedItems: '97',
      failedItems: '3',
      avgDurationMs: '12',
      totalTokens: '30',
      totalCost: '0.5000',
      sent: '100',
      sentRate: '10.00',
      targetRate: '10.10',
      goodput: '9.70',
      errorRate: '0.0300',
      dropped: '1',
      lost: '0',
      audit: 'valid',
      endedBy: 'completed',
      latency_p50: '10',
      latency_p95: '25',
      latency_p99: '30',
      'threshold:error_rate': '0.0300 < 0.01 FAIL',
      thresholds_passed: '0/1 passed',
    });
  });
});
