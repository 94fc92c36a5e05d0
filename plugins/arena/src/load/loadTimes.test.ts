import { loadProfile, SyntheticLoad } from '../__testUtils__';
import {
  elapsedMs,
  plannedMs,
  rateLevel,
  shownEndMs,
  targetNow,
} from './loadTimes';

const paused = (now: number) => {
  const load = new SyntheticLoad(loadProfile(), {
    controls: [{ action: 'pause', atMs: 20_000 }],
  });
  return load.state({ phase: 'paused', nowMs: now });
};

describe('the times of a load test', () => {
  it('are those of its stages', () => {
    const state = new SyntheticLoad(loadProfile()).state({ nowMs: 5_000 });
    expect(plannedMs(state)).toBe(60_000);
    expect(elapsedMs(state)).toBe(5_000);
    expect(targetNow(state)).toBe(5);
  });

  it('grow while it is paused, whatever the longest pause is', () => {
    expect(plannedMs(paused(20_000))).toBe(60_000);
    expect(plannedMs(paused(50_000))).toBe(90_000);
    expect(targetNow(paused(50_000))).toBe(0);
  });

  it('do not grow before the pause begins', () => {
    expect(plannedMs(paused(18_500))).toBe(60_000);
    expect(targetNow(paused(18_500))).toBe(10);
  });

  it('show a pause until now', () => {
    const state = paused(50_000);
    const [, before, pause, after] = state.stages;
    expect(shownEndMs(state, before)).toBe(20_000);
    expect(shownEndMs(state, pause)).toBe(50_000);
    expect(shownEndMs(state, after)).toBe(after.endMs);
  });

  it('know a pause in the warm-up, which is the longer by it', () => {
    const load = new SyntheticLoad(loadProfile({ warmUpMs: 30_000 }), {
      controls: [{ action: 'pause', atMs: 20_000 }],
    });
    const state = load.state({ phase: 'paused', nowMs: 50_000 });
    expect(plannedMs(state)).toBe(90_000);
    expect(rateLevel(state)).toBe(10);
    const shown = state.stages
      .filter(({ startMs }) => startMs < 50_000)
      .map(stage => [stage.startMs, shownEndMs(state, stage)]);
    expect(shown).toEqual([
      [0, 10_000],
      [10_000, 20_000],
      [20_000, 50_000],
    ]);
    expect(state.stages.every(stage => !stage.measured)).toBe(false);
  });

  it('are open in a search', () => {
    const search = {
      startRPS: 10,
      maxRPS: 100,
      stepDurationMs: 10_000,
      precision: 0.05,
    };
    const state = new SyntheticLoad(loadProfile({ search })).state();
    expect(plannedMs(state)).toBeUndefined();
  });

  it('are not negative before the start', () => {
    const state = new SyntheticLoad(loadProfile()).state({ nowMs: -3_000 });
    expect(elapsedMs(state)).toBe(0);
    expect(targetNow(state)).toBe(0);
  });
});
