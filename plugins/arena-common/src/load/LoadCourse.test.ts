import { batch, series } from './__testUtils__/loadReports';
import { LoadCourse } from './LoadCourse';
import { LoadProfile, loadProfileSchema } from './LoadProfile';

function profile(changes: Partial<LoadProfile> = {}): LoadProfile {
  return loadProfileSchema.parse({
    mode: 'open',
    stages: [{ durationMs: 10_000, from: 10, to: 10 }],
    arrivals: 'constant',
    seed: 0,
    warmUpMs: 0,
    gracefulStopMs: 1_000,
    vusPerWorker: 1,
    maxInFlight: 100,
    exceedRateLimits: false,
    mix: [],
    slo: {},
    sampleRate: 1,
    thresholds: [],
    budgetCurrency: 'USD',
    ...changes,
  });
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
      },
    });
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
