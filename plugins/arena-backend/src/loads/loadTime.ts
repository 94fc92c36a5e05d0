import {
  LOAD_LEAD_SECONDS,
  LoadControl,
  LoadProfile,
  scheduleOf,
  withControls,
} from '@backstage-arena/plugin-arena-common/load';
import { RunLoadRow } from './tables';

/** Milliseconds from the start of a load test; undefined before it has one. */
export function loadTime(
  row: Pick<RunLoadRow, 'origin_at'>,
  now: number,
): number | undefined {
  return row.origin_at === null ? undefined : now - Number(row.origin_at);
}

/** From where on a load test can be changed, in milliseconds from its start: what is before is leased, or was passed on. */
export function horizonMs(
  row: Pick<RunLoadRow, 'next_second'>,
  profile: Pick<LoadProfile, 'mode'>,
  nowMs: number,
): number {
  if (profile.mode === 'open') {
    const passed = Math.floor(nowMs / 1_000);
    return Math.max(row.next_second, passed, 0) * 1_000;
  }
  const ahead = Math.ceil(nowMs / 1_000 + LOAD_LEAD_SECONDS) * 1_000;
  return Math.max(0, ahead);
}

/** Length of a load test with all its changes, in milliseconds. */
export function lengthMs(
  profile: LoadProfile,
  controls: readonly LoadControl[],
): number {
  const stages = withControls(profile.stages, controls);
  return scheduleOf({ ...profile, stages }).durationMs;
}
