import { batch, series } from './__testUtils__/loadReports';
import { LoadControl } from './LoadControl';
import { LoadCourse } from './LoadCourse';
import { LoadProfile, loadProfileOf } from './LoadProfile';

function profile(changes: Partial<LoadProfile> = {}): LoadProfile {
  return {
    ...loadProfileOf(undefined),
    mode: 'open',
    stages: [{ durationMs: 10_000, from: 10, to: 10 }],
    gracefulStopMs: 1_000,
    maxInFlight: 100,
    ...changes,
  };
}

const at = (nowMs: number, horizonMs = nowMs + 2_000, isDrained = false) => ({
  nowMs,
  horizonMs,
  isDrained,
});

const SEARCH = {
  stages: [{ durationMs: 1_000, from: 10, to: 10 }],
  search: {
    startRPS: 10,
    maxRPS: 100,
    stepDurationMs: 1_000,
    precision: 0.1,
  },
};

/** A step of a search with so many good ones of ten. */
function step(second: number, stage: number, good: number) {
  return batch(second, [
    { stage, providers: { p: series(Array(10).fill(1), { good }) } },
  ]);
}

describe('the course of a load test', () => {
  it('goes on until everything is leased', () => {
    const course = new LoadCourse(profile());
    expect(course.next(at(5_000))).toBeUndefined();
    expect(course.next(at(8_500, 10_000))).toEqual({
      type: 'end',
      endedBy: 'completed',
    });
  });

  it('stops when a threshold is missed that says so, not before its time', () => {
    const course = new LoadCourse(
      profile({
        thresholds: [
          {
            metric: 'error_rate',
            operator: '<',
            value: '0.5',
            abortOnFail: true,
            delayAbortEvalMs: 3_000,
          },
        ],
      }),
    );
    // Nothing is known: nothing is missed.
    expect(course.next(at(4_000))).toBeUndefined();
    course.accumulator.add(
      batch(0, [
        {
          stage: 0,
          providers: { p: series([1, 1], { succeeded: 0, failed: { x: 2 } }) },
        },
      ]),
    );
    expect(course.next(at(2_999))).toBeUndefined();
    expect(course.next(at(3_000))).toEqual({
      type: 'stop',
      endedBy: 'threshold',
    });
  });

  it.each([
    { name: 'behind', knownUntilMs: 4_000, missed: false },
    { name: 'too few', knownUntilMs: 5_000, missed: true },
  ])(
    'judges rates over the time that is known: $name',
    ({ knownUntilMs, missed }) => {
      const course = new LoadCourse(
        profile({
          warmUpMs: 1_000,
          thresholds: [
            {
              metric: 'goodput',
              operator: '>',
              value: '9',
              abortOnFail: true,
            },
          ],
        }),
      );
      for (let second = 1; second < 4; second += 1) {
        course.accumulator.add(step(second, 1, 10));
      }
      const moment = { ...at(7_000), knownUntilMs };
      expect(course.next(moment)?.type).toBe(missed ? 'stop' : undefined);
      // A pause takes no time.
      course.setControls([{ action: 'pause', atMs: 4_000 }]);
      expect(course.next({ ...at(60_000), knownUntilMs: 58_000 })).toBe(
        undefined,
      );
    },
  );

  it('appends the steps of a search once the one before is over', () => {
    const course = new LoadCourse(profile(SEARCH));
    course.accumulator.add(step(0, 0, 10));
    expect(course.next(at(1_500, 3_000, false))).toBeUndefined();
    expect(course.next(at(1_500, 3_000, true))).toEqual({
      type: 'change',
      control: {
        action: 'append',
        atMs: 3_000,
        target: 20,
        durationMs: 1_000,
        verdict: { good: true, reason: '100.0 % of 10 arrivals were good' },
      },
    });
  });

  it('asks again for a step that was not appended, by the same verdict', () => {
    const course = new LoadCourse(profile(SEARCH));
    course.accumulator.add(step(0, 0, 10));
    const first = course.next(at(1_500, 3_000, true));
    expect(course.next(at(1_600, 3_000, true))).toEqual(first);
    expect(course.search?.result.steps).toHaveLength(1);
  });

  it('cuts a step that is far beyond what the system can take, once', () => {
    const course = new LoadCourse(
      profile({
        ...SEARCH,
        stages: [{ durationMs: 60_000, from: 10, to: 10 }],
      }),
    );
    for (let second = 0; second < 6; second += 1) {
      course.accumulator.add(step(second, 0, 2));
    }
    const cut = { action: 'stop' as const, atMs: 8_000 };
    expect(course.next(at(6_000))).toEqual({ type: 'change', control: cut });
    course.setControls([cut]);
    expect(course.next(at(6_000))).toBeUndefined();
  });

  it('is resumed by another instance with the same result', () => {
    const first = new LoadCourse(profile(SEARCH));
    const batches = [step(0, 0, 10), step(4, 2, 3)];
    first.accumulator.add(batches[0]);
    const append = first.next(at(1_500, 3_000, true));
    if (append?.type !== 'change') throw new Error('no step');
    first.setControls([append.control]);
    const second = new LoadCourse(profile(SEARCH));
    batches.forEach(each => second.accumulator.add(each));
    second.resume(first.controls);
    expect(second.stages).toEqual(first.stages);
    expect(second.next(at(5_000, 6_000, true))).toMatchObject({
      control: { action: 'append', target: 15 },
    });
    expect(second.search?.result.steps).toMatchObject([
      { rate: 10, good: true },
      { rate: 20, good: false },
    ]);
  });

  it('is resumed with the verdicts that were given, whatever came late', () => {
    const first = new LoadCourse(profile(SEARCH));
    first.accumulator.add(step(0, 0, 9));
    const append = first.next(at(1_500, 3_000, true));
    if (append?.type !== 'change') throw new Error('no step');
    expect(append.control).toMatchObject({ target: 5 });
    const second = new LoadCourse(profile(SEARCH));
    second.accumulator.add(step(0, 0, 9));
    second.accumulator.add(step(1, 0, 1));
    second.resume([append.control]);
    expect(second.search?.result.steps).toEqual([
      { rate: 10, good: false, reason: '90.0 % of 10 arrivals were good' },
    ]);
    expect(second.search?.next?.target).toBe(5);
  });

  it('records the rate that ran when it judges anew', () => {
    const control: LoadControl = {
      action: 'append',
      atMs: 3_000,
      target: 5,
      durationMs: 1_000,
    };
    const course = new LoadCourse(profile(SEARCH));
    course.accumulator.add(step(0, 0, 10));
    course.accumulator.add(step(3, 2, 5));
    course.resume([control], {
      good: true,
      reason: '100.0 % of 5 arrivals were good',
    });
    expect(course.search?.result.steps).toMatchObject([
      { rate: 10, good: true },
      { rate: 5, good: true },
    ]);
  });

  it('keeps the verdict of the last step when the search has ended', () => {
    const first = new LoadCourse(
      profile({ ...SEARCH, search: { ...SEARCH.search, maxRPS: 20 } }),
    );
    first.accumulator.add(step(0, 0, 10));
    const append = first.next(at(1_500, 3_000, true));
    if (append?.type !== 'change') throw new Error('no step');
    const controls = [append.control];
    const last = batch(3, [
      { stage: 2, providers: { p: series(Array(20).fill(1)) } },
    ]);
    first.setControls(controls);
    first.accumulator.add(last);
    const end = first.next(at(4_500, 4_000, true));
    if (end?.type !== 'end') throw new Error('no end');
    expect(end).toEqual({
      type: 'end',
      endedBy: 'search',
      verdict: { good: true, reason: '100.0 % of 20 arrivals were good' },
    });
    const second = new LoadCourse(
      profile({ ...SEARCH, search: { ...SEARCH.search, maxRPS: 20 } }),
    );
    second.accumulator.add(step(0, 0, 10));
    second.accumulator.add(last);
    // What comes after it was judged changes nothing.
    second.accumulator.add(step(3, 2, 0));
    second.resume(controls, end.verdict);
    expect(second.search?.result).toEqual(first.search?.result);
    expect(second.search?.result.rate).toBe(20);
    expect(second.search?.goodStages).toEqual([0, 2]);
  });

  it('reports a test that runs by what is known of it', () => {
    const course = new LoadCourse(profile());
    course.accumulator.add(
      batch(0, [{ stage: 0, providers: { p: series(Array(10).fill(1)) } }], {
        last: false,
      }),
    );
    const report = course.report({
      title: 'test',
      startedAt: new Date(0),
      elapsedMs: 1_000,
      endedBy: 'running',
    });
    expect(report).toMatchObject({
      endedBy: 'running',
      passed: false,
      totals: { expected: 10, lost: 0, sentRate: 10, targetRate: 10 },
      audit: { verdict: 'valid', reasons: [] },
    });
  });
});
