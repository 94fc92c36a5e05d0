import { trendPoint } from '../__testUtils__';
import { pooledRate, pooledTrend } from './pooledRates';

const at = (day: number, passed: number, judged = 10) =>
  trendPoint({
    runId: `run-${day}`,
    finishedAt: `2026-11-${day}T00:00:00Z`,
    judged,
    passed,
  });

describe('pooledRate', () => {
  it('adds up the latest evaluation of each job', () => {
    const { passRate, interval } = pooledRate([
      { trend: [at(12, 10), at(10, 0)] },
      { trend: [at(11, 15, 30)] },
      { trend: [] },
    ]);
    expect(passRate).toBe(25 / 40);
    expect(interval!.low).toBeLessThan(25 / 40);
    expect(interval!.high).toBeGreaterThan(25 / 40);
  });

  it('knows nothing without a verdict', () => {
    expect(pooledRate([]).passRate).toBeUndefined();
    expect(pooledRate([{ trend: [at(10, 0, 0)] }]).passRate).toBeUndefined();
  });
});

describe('pooledTrend', () => {
  it('has a value for each evaluation, of what was the latest then', () => {
    const jobs = [{ trend: [at(14, 10), at(10, 0)] }, { trend: [at(12, 10)] }];
    expect(pooledTrend(jobs, 10)).toEqual([0, 0.5, 1]);
    expect(pooledTrend(jobs, 2)).toEqual([0.5, 1]);
  });
});
