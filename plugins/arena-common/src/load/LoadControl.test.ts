import { ArrivalSchedule } from './ArrivalSchedule';
import { MAX_PAUSE_MS, withControls } from './LoadControl';

const stages = [
  { durationMs: 10_000, from: 0, to: 100 },
  { durationMs: 20_000, from: 100, to: 100 },
];

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
