import { LoadState, MeasuredStage } from '@backstage-arena/plugin-arena-common';

/** Where the test is paused now, `undefined` when it is not. A pause is a stage that lasts until someone ends it. */
function openPause(state: LoadState): MeasuredStage | undefined {
  const last = state.controls[state.controls.length - 1];
  if (last?.action !== 'pause') return undefined;
  return state.stages.find(stage => stage.startMs === last.atMs);
}

/**
 * Length of a load test in milliseconds, with all changes and as long as a pause has lasted so far; `undefined` for a search, which ends when it
 * has found its rate.
 */
export function plannedMs(state: LoadState): number | undefined {
  const { stages, profile, nowMs = 0 } = state;
  const endMs = stages[stages.length - 1]?.endMs ?? 0;
  if (profile.search) return undefined;
  const pause = openPause(state);
  if (!pause) return endMs;
  return endMs - pause.durationMs + Math.max(0, nowMs - pause.startMs);
}

/** Time that the test has run, in milliseconds; 0 before its start. */
export function elapsedMs(state: LoadState): number {
  const elapsed =
    state.phase === 'over'
      ? state.report?.elapsedMs ?? state.nowMs
      : state.nowMs;
  return Math.max(0, elapsed ?? 0);
}

/** The load that is asked for now: requests per second, or conversations in flight of a closed loop. */
export function targetNow(state: LoadState): number {
  const { stages, nowMs = 0 } = state;
  const stage = stages.find(({ endMs }) => nowMs < endMs);
  if (!stage) return 0;
  const { startMs, durationMs, from, to } = stage;
  return from + ((to - from) * Math.max(0, nowMs - startMs)) / durationMs;
}

/** Stages as they are shown: a pause that is on lasts until now. */
export function shownEndMs(state: LoadState, stage: { endMs: number }): number {
  const pause = openPause(state);
  return pause && pause.endMs === stage.endMs
    ? Math.max(pause.startMs, state.nowMs ?? 0)
    : stage.endMs;
}

/** The load that was last asked for: the one that a ramp goes to, and during a pause the one that it interrupted. */
export function rateLevel(state: LoadState): number {
  const { stages, controls, nowMs = 0 } = state;
  const asked = [...controls].pop();
  if (asked?.action === 'rate' && asked.atMs > nowMs) return asked.target;
  const pause = openPause(state);
  const at = pause ? pause.startMs - 1 : Math.max(0, nowMs);
  const stage =
    stages.find(({ endMs }) => at < endMs) ?? stages[stages.length - 1];
  return stage ? Number(stage.to.toFixed(2)) : 0;
}
