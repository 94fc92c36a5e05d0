import * as fc from 'fast-check';
import { ArrivalSchedule } from './ArrivalSchedule';
import { CumulativeLoad } from './CumulativeLoad';
import { arrivalsOf, sliceSize } from './LoadSlice';

const HOUR_MS = 3_600_000;

const stages = fc.array(
  fc.record({
    durationMs: fc.integer({ min: 1, max: 20_000 }),
    from: fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 300, noNaN: true }),
    ),
    to: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 300, noNaN: true })),
  }),
  { minLength: 1, maxLength: 5 },
);
const schedules = fc
  .record({
    stages,
    arrivals: fc.constantFrom<'constant' | 'poisson'>('constant', 'poisson'),
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  })
  .map(options => new ArrivalSchedule(options));

describe('the schedule of arrivals', () => {
  it('is k6-like: linear from the target before, then held', () => {
    const schedule = new ArrivalSchedule({
      stages: [
        { durationMs: 10_000, from: 0, to: 100 },
        { durationMs: 20_000, from: 100, to: 100 },
      ],
    });
    expect(schedule.total).toBe(2_500);
    expect(schedule.expectedUntil(5_000)).toBe(125);
    expect(schedule.rateAt(5_000)).toBe(50);
    expect(schedule.rateAt(15_000)).toBe(100);
    expect(schedule.timeOf(500)).toBe(10_005);
    expect(schedule.timeOf(501) - schedule.timeOf(500)).toBeCloseTo(10, 9);
  });

  it('gives each arrival its time, in order, and counts what is due before any time', () => {
    fc.assert(
      fc.property(schedules, schedule => {
        const { total } = schedule;
        fc.pre(total > 0);
        let last = 0;
        const step = Math.max(1, Math.floor(total / 200));
        for (let n = 0; n < total; n += step) {
          const time = schedule.timeOf(n);
          expect(time).toBeGreaterThanOrEqual(last);
          expect(time).toBeLessThanOrEqual(schedule.durationMs);
          expect(schedule.arrivalsUntil(time)).toBeLessThanOrEqual(n);
          // Rounding is a millionth of an arrival.
          const later = time + 1;
          const isCounted =
            schedule.arrivalsUntil(later) > n ||
            schedule.expectedUntil(later) < schedule.expectedUntil(time) + 2e-6;
          expect(isCounted).toBe(true);
          last = time;
        }
        expect(schedule.arrivalsUntil(schedule.durationMs)).toBe(total);
        expect(() => schedule.timeOf(total)).toThrow(RangeError);
      }),
      { numRuns: 200 },
    );
  });

  it('never has more than half an arrival more or less than the integral, when constant', () => {
    fc.assert(
      fc.property(
        stages,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, at) => {
          const schedule = new ArrivalSchedule({ stages: all });
          const time = at * schedule.durationMs;
          expect(
            Math.abs(
              schedule.arrivalsUntil(time) - schedule.expectedUntil(time),
            ),
          ).toBeLessThanOrEqual(0.5 + 2e-6);
        },
      ),
    );
  });

  it('falls apart into disjoint shares that are the whole, for any number of them in each second', () => {
    fc.assert(
      fc.property(
        schedules,
        fc.array(fc.integer({ min: 1, max: 7 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (schedule, counts) => {
          const seen: number[] = [];
          for (let second = 0; second < schedule.seconds; second += 1) {
            const shares = counts[second % counts.length];
            for (let share = 0; share < shares; share += 1) {
              const slice = { second, share, shares };
              const own = [...arrivalsOf(schedule, slice)];
              expect(own).toHaveLength(sliceSize(schedule, slice));
              seen.push(...own.map(({ number }) => number));
            }
          }
          seen.sort((a, b) => a - b);
          expect(seen).toEqual(
            Array.from({ length: schedule.total }, (_, n) => n),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    // Five deviations are allowed to what is random.
    { arrivals: 'constant' as const, away: 0 },
    { arrivals: 'poisson' as const, away: 5 * Math.sqrt(7_200_000) },
  ])(
    'does not drift over an hour at 2,000/s: $arrivals',
    ({ arrivals, away }) => {
      const schedule = new ArrivalSchedule({
        arrivals,
        stages: [{ durationMs: HOUR_MS, from: 2_000, to: 2_000 }],
      });
      let sum = 0;
      for (let second = 0; second < schedule.seconds; second += 1) {
        for (let share = 0; share < 3; share += 1) {
          sum += sliceSize(schedule, { second, share, shares: 3 });
        }
      }
      expect(sum).toBe(schedule.total);
      expect(Math.abs(sum - 7_200_000)).toBeLessThanOrEqual(away);
      expect(HOUR_MS - schedule.timeOf(sum - 1)).toBeLessThan(10);
    },
  );

  it('keeps what was before a stage that is appended', () => {
    fc.assert(
      fc.property(stages, schedules, (all, _) => {
        for (const arrivals of ['constant', 'poisson'] as const) {
          const short = new ArrivalSchedule({ stages: all, arrivals });
          const long = new ArrivalSchedule({
            stages: [...all, { durationMs: 1_000, from: 50, to: 50 }],
            arrivals,
          });
          for (let n = 0; n < Math.min(short.total, 50); n += 1) {
            expect(long.timeOf(n)).toBe(short.timeOf(n));
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has no arrival at its very end, nor beyond', () => {
    const ramp = new ArrivalSchedule({
      stages: [{ durationMs: 1_000, from: 0, to: 5 }],
    });
    expect(ramp.total).toBe(2);
    expect(ramp.timeOf(1)).toBeLessThan(1_000);
    expect(() => ramp.timeOf(2)).toThrow(
      'Arrival 2 is not in the schedule: allowed are 0 to 1',
    );
    fc.assert(
      fc.property(schedules, schedule => {
        expect(() => schedule.timeOf(schedule.total)).toThrow(RangeError);
      }),
    );
  });

  it('begins at the start when the rate does so at 0', () => {
    const load = new CumulativeLoad([{ durationMs: 1_000, from: 0, to: 5 }]);
    expect(load.timeOf(0)).toBe(0);
  });

  it('refuses a stage that is none', () => {
    const stage = { durationMs: 1, from: 0, to: NaN };
    expect(() => new ArrivalSchedule({ stages: [stage] })).toThrow(
      'stages[0].to: NaN is not allowed: give a number that is not negative',
    );
  });
});

describe('Poisson arrivals', () => {
  const schedule = (seed: number) =>
    new ArrivalSchedule({
      arrivals: 'poisson',
      seed,
      stages: [{ durationMs: 200_000, from: 500, to: 500 }],
    });

  it('are the same for a seed, wherever one begins to look, and others for another', () => {
    const forward = schedule(7);
    const times = [0, 40_000, 99_000].map(n => forward.timeOf(n));
    const backward = schedule(7);
    expect([99_000, 40_000, 0].map(n => backward.timeOf(n)).reverse()).toEqual(
      times,
    );
    expect(schedule(8).timeOf(40_000)).not.toBe(times[1]);
  });

  it('have the gaps of a Poisson process, across blocks too', () => {
    const one = schedule(3);
    const gaps: number[] = [];
    for (let n = 1; n < one.total; n += 1) {
      gaps.push(one.timeOf(n) - one.timeOf(n - 1));
    }
    const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
    const variance =
      gaps.reduce((a, b) => a + (b - mean) ** 2, 0) / gaps.length;
    expect(mean).toBeCloseTo(2, 1);
    // Exponential: the deviation is the mean.
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
    const above = gaps.filter(gap => gap > 2 * mean).length / gaps.length;
    expect(above).toBeCloseTo(Math.exp(-2), 2);
    // Counts of seconds have the mean as variance.
    const counts = Array.from(
      { length: 200 },
      (_, s) =>
        one.arrivalsUntil((s + 1) * 1_000) - one.arrivalsUntil(s * 1_000),
    );
    const spread =
      counts.reduce((a, b) => a + (b - 500) ** 2, 0) / counts.length / 500;
    expect(spread).toBeGreaterThan(0.7);
    expect(spread).toBeLessThan(1.4);
  });
});
