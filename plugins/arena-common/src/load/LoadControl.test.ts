/* eslint jest/expect-expect: [error, { assertFunctionNames: [expect, expectEachOnce, fc.assert] }] */
import * as fc from 'fast-check';
import { ArrivalSchedule } from './ArrivalSchedule';
import { LoadControl, MAX_PAUSE_MS, withControls } from './LoadControl';
import { arrivalsOf } from './LoadSlice';

const stages = [
  { durationMs: 10_000, from: 0, to: 100 },
  { durationMs: 20_000, from: 100, to: 100 },
];

const MAX_SECONDS = 60;

interface Given {
  stages: Array<{ durationMs: number; from: number; to: number }>;
  arrivals: 'constant' | 'poisson';
  seed: number;
  controls: LoadControl[];
}

const level = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }).map(n => n * 5) },
  fc.double({ min: 1, max: 100, noNaN: true }),
);
const duration = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 15 }).map(n => n * 1_000) },
  fc.integer({ min: 1, max: 15_000 }),
);
/** Changes at whole seconds, each fit for what the test is doing then. */
const changes = fc
  .array(
    fc.record({
      action: fc.constantFrom('rate', 'append', 'pause', 'stop'),
      after: fc.integer({ min: 0, max: 8 }),
      target: level,
      durationMs: duration,
    }),
    { maxLength: 4 },
  )
  .map(list => {
    let atMs = 0;
    let isPaused = false;
    return list.map(({ action, after, target, durationMs }): LoadControl => {
      atMs += after * 1_000;
      const wasPaused = isPaused;
      isPaused = action === 'pause' ? !wasPaused : false;
      if (action === 'rate') return { action, atMs, target };
      if (wasPaused) return { action: 'resume', atMs };
      return action === 'append'
        ? { action, atMs, target, durationMs }
        : { action: action as 'pause' | 'stop', atMs };
    });
  });
const givens: fc.Arbitrary<Given> = fc.record({
  stages: fc.array(
    fc.record({ durationMs: duration, from: level, to: level }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  arrivals: fc.constantFrom<'constant' | 'poisson'>('constant', 'poisson'),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  controls: changes,
});

/** Leases second by second, up to each change with the schedule before it. */
function expectEachOnce({ stages: given, controls, ...options }: Given): void {
  const leased: number[] = [];
  let second = 0;
  const leaseUntil = (schedule: ArrivalSchedule, end: number) => {
    for (; second < end; second += 1) {
      const slice = { second, share: 0, shares: 1 };
      for (const { number, dueMs } of arrivalsOf(schedule, slice)) {
        leased.push(number);
        // A millionth of an arrival takes its time where the rate is almost nothing.
        if (Math.abs(dueMs - second * 1_000 - 500) > 550) {
          throw new Error(`${number} of second ${second} is due at ${dueMs}`);
        }
      }
    }
  };
  const of = (count: number) =>
    new ArrivalSchedule({
      ...options,
      stages: withControls(given, controls.slice(0, count)),
    });
  controls.forEach(({ atMs }, index) => leaseUntil(of(index), atMs / 1_000));
  const last = of(controls.length);
  leaseUntil(last, Math.min(last.seconds, MAX_SECONDS));
  const total = last.arrivalsUntil(second * 1_000);
  expect(leased).toEqual(Array.from({ length: total }, (_, n) => n));
}

describe('changes of a running load test', () => {
  it('set the rate for the rest of the time', () => {
    expect(
      withControls(stages, [{ action: 'rate', atMs: 5_000, target: 10 }]),
    ).toEqual([
      { durationMs: 5_000, from: 0, to: 50 },
      { durationMs: 25_000, from: 10, to: 10 },
    ]);
  });

  it('pause, and go on where the profile stood', () => {
    const paused = withControls(stages, [{ action: 'pause', atMs: 5_000 }]);
    expect(paused[1]).toEqual({ durationMs: MAX_PAUSE_MS, from: 0, to: 0 });
    expect(
      withControls(stages, [
        { action: 'pause', atMs: 5_000 },
        { action: 'resume', atMs: 65_000 },
      ]),
    ).toEqual([
      { durationMs: 5_000, from: 0, to: 50 },
      { durationMs: 60_000, from: 0, to: 0 },
      { durationMs: 5_000, from: 50, to: 100 },
      stages[1],
    ]);
  });

  it('stop, and append', () => {
    expect(withControls(stages, [{ action: 'stop', atMs: 10_000 }])).toEqual([
      stages[0],
    ]);
    expect(
      withControls(stages, [
        { action: 'append', atMs: 31_000, target: 7, durationMs: 100 },
      ]),
    ).toEqual([
      ...stages,
      { durationMs: 1_000, from: 0, to: 0 },
      { durationMs: 100, from: 7, to: 7 },
    ]);
  });

  it('leave what is before them as it was', () => {
    const before = new ArrivalSchedule({ stages });
    const after = new ArrivalSchedule({
      stages: withControls(stages, [
        { action: 'rate', atMs: 7_000, target: 3 },
        { action: 'pause', atMs: 9_000 },
      ]),
    });
    const due = before.arrivalsUntil(7_000);
    expect(after.arrivalsUntil(7_000)).toBe(due);
    for (let n = 0; n < due; n += 1) {
      expect(after.timeOf(n)).toBeCloseTo(before.timeOf(n), 9);
    }
  });

  describe('give each arrival to one second, whichever schedule it was leased by', () => {
    it.each(['constant', 'poisson'] as const)('round ramps: %s', arrivals => {
      for (const to of [5, 10, 50, 70]) {
        for (const seconds of [7, 10, 20]) {
          for (let cut = 1; cut < seconds; cut += 1) {
            const atMs = cut * 1_000;
            const ramp = { durationMs: seconds * 1_000, from: 0, to };
            const given = { stages: [ramp], arrivals, seed: cut };
            expectEachOnce({ ...given, controls: [{ action: 'stop', atMs }] });
            expectEachOnce({
              ...given,
              controls: [
                { action: 'pause', atMs },
                { action: 'resume', atMs: atMs + 2_000 },
              ],
            });
          }
        }
      }
    });

    it('any stages and changes', () => {
      fc.assert(fc.property(givens, expectEachOnce), { numRuns: 1_000 });
    });
  });

  it('are refused when they contradict each other', () => {
    expect(() => withControls(stages, [{ action: 'resume', atMs: 1 }])).toThrow(
      'controls[0].action: the test is not paused',
    );
    expect(() =>
      withControls(stages, [
        { action: 'rate', atMs: 2, target: 1 },
        { action: 'rate', atMs: 1, target: 1 },
      ]),
    ).toThrow('controls[1].atMs: 1 is before 2, the change before it');
  });
});
