import fc from 'fast-check';
import { CellAccumulator, CellSample } from './CellAccumulator';

const sample = (overrides: Partial<CellSample> = {}): CellSample => ({
  region: 'default',
  variant: 0,
  status: 'passed',
  durationMs: 100,
  ...overrides,
});

const outage = sample({
  status: 'errored',
  error: { class: 'provider', message: 'down', retryable: true },
  durationMs: 60_000,
  score: 0,
});

function statisticsOf(...samples: CellSample[]) {
  const cell = new CellAccumulator();
  samples.forEach(one => cell.add(one));
  return cell.statistics;
}

describe('CellAccumulator', () => {
  it('calls a cell stable, flaky or broken by its verdicts', () => {
    const failed = sample({ status: 'failed' });
    expect(statisticsOf(sample(), sample()).class).toBe('stable');
    expect(statisticsOf(sample(), failed).class).toBe('flaky');
    expect(statisticsOf(failed, failed).class).toBe('broken');
  });

  it('keeps infrastructure errors apart from everything but the count', () => {
    expect(statisticsOf(sample({ score: 1 }), outage)).toEqual({
      ...statisticsOf(sample({ score: 1 })),
      items: 2,
      unjudged: 1,
    });
    expect(statisticsOf(outage)).toEqual({
      items: 1,
      unjudged: 1,
      judged: 0,
      passed: 0,
      trials: [],
    });
  });

  it('takes an errored item without an error for a verdict', () => {
    expect(statisticsOf(sample(), sample({ status: 'errored' }))).toMatchObject(
      { judged: 2, passed: 1, unjudged: 0, class: 'flaky' },
    );
  });

  it('averages over the groups of trials', () => {
    const failed = sample({ status: 'failed' });
    const { trials } = statisticsOf(
      sample(),
      failed,
      sample({ variant: 1 }),
      sample({ variant: 1 }),
      sample({ region: 'eu', variant: 1 }),
    );
    expect(trials).toEqual([
      {
        k: 1,
        passAtK: (0.5 + 1 + 1) / 3,
        passHatK: (0.5 + 1 + 1) / 3,
        groups: 3,
      },
      { k: 2, passAtK: 1, passHatK: 0.5, groups: 2 },
    ]);
  });

  it('may be asked at any time', () => {
    const cell = new CellAccumulator();
    const samples = [sample(), sample({ status: 'failed' }), sample()];
    for (const one of samples) {
      cell.add(one);
      expect(cell.statistics).toEqual(cell.statistics);
    }
    expect(cell.statistics).toEqual(statisticsOf(...samples));
  });

  it('has the mean and the deviation of the scores', () => {
    const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 2,
      maxLength: 50,
    });
    fc.assert(
      fc.property(scores, values => {
        const { score } = statisticsOf(
          ...values.map(value => sample({ score: value })),
          sample(),
        );
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        const variance =
          values.reduce((sum, v) => sum + (v - mean) ** 2, 0) /
          (values.length - 1);
        expect(score!.count).toBe(values.length);
        expect(score!.mean).toBeCloseTo(mean, 10);
        expect(score!.standardDeviation).toBeCloseTo(Math.sqrt(variance), 8);
      }),
    );
    expect(statisticsOf(sample({ score: 0.5 })).score).toEqual({
      count: 1,
      mean: 0.5,
    });
    expect(statisticsOf(sample()).score).toBeUndefined();
  });

  it('has percentiles of what was streamed only', () => {
    const { duration, ttft } = statisticsOf(
      sample({ durationMs: 30 }),
      sample({ durationMs: 10, ttftMs: 3 }),
      sample({ durationMs: 20 }),
    );
    expect(duration).toEqual({ count: 3, p50: 20, p90: 30, p95: 30, p99: 30 });
    expect(ttft).toEqual({ count: 1, p50: 3, p90: 3, p95: 3, p99: 3 });
  });
});
