import fc from 'fast-check';
import { loadTestSchema } from '../arenajob/loadTest';
import { effectiveLoadTest } from './effectiveLoadTest';

function effective(input: object) {
  return effectiveLoadTest(loadTestSchema.parse(input));
}

describe('effectiveLoadTest', () => {
  it('ramps linearly to the rate and holds it until the end', () => {
    expect(
      effective({ rampUp: '1m', duration: '10m', targetRPS: 100 }),
    ).toEqual({
      openLoop: true,
      durationMs: 600_000,
      stages: [
        { durationMs: 60_000, from: 0, to: 100 },
        { durationMs: 540_000, from: 100, to: 100 },
      ],
      notes: [],
    });
  });

  it('is closed-loop on concurrency without a rate', () => {
    expect(effective({ concurrency: 8, rampUp: '0s', duration: '1m' })).toEqual(
      {
        openLoop: false,
        durationMs: 60_000,
        stages: [{ durationMs: 60_000, from: 8, to: 8 }],
        notes: [],
      },
    );
  });

  it('cuts the default ramp to a shorter test, and says so', () => {
    expect(effective({ duration: '20s', targetRPS: 5 })).toEqual({
      openLoop: true,
      durationMs: 20_000,
      stages: [{ durationMs: 20_000, from: 0, to: 5 }],
      notes: ['rampUp 30s does not fit in duration 20s: it is cut to 20000ms'],
    });
  });

  it('takes ramp in place of rampUp, and ramps down at the end', () => {
    expect(
      effective({
        duration: '1m',
        targetRPS: 6,
        ramp: { up: '10s', down: '20s' },
      }).stages,
    ).toEqual([
      { durationMs: 10_000, from: 0, to: 6 },
      { durationMs: 30_000, from: 6, to: 6 },
      { durationMs: 20_000, from: 6, to: 0 },
    ]);
  });

  it('takes stages in place of everything else', () => {
    expect(
      effective({
        stages: [
          { duration: '1m', concurrency: 10 },
          { duration: '30s', concurrency: 0 },
        ],
      }),
    ).toEqual({
      openLoop: false,
      durationMs: 90_000,
      stages: [
        { durationMs: 60_000, from: 0, to: 10 },
        { durationMs: 30_000, from: 10, to: 0 },
      ],
      notes: [],
    });
  });

  it('always fills exactly the duration', () => {
    const seconds = fc.integer({ min: 1, max: 1000 }).map(n => `${n}s`);
    const optional = { nil: undefined };
    fc.assert(
      fc.property(
        fc.record({
          duration: seconds,
          rampUp: fc.option(seconds, optional),
          ramp: fc.option(
            fc.record({
              up: fc.option(seconds, optional),
              down: fc.option(seconds, optional),
            }),
            optional,
          ),
        }),
        input => {
          const { durationMs, stages } = effective(input);
          const sum = stages.reduce(
            (total, stage) => total + stage.durationMs,
            0,
          );
          expect(sum).toBe(durationMs);
          expect(stages.every(stage => stage.durationMs > 0)).toBe(true);
        },
      ),
    );
  });
});
