import { RunLoadWorkerRow } from './tables';

/** Workers ask several times a second: one that is silent for longer gets no share of what is leased from then on. */
const LIVE_MS = 2_000;

/** True for a worker that takes part. */
export function isLive(
  worker: Pick<RunLoadWorkerRow, 'seen_at' | 'done'>,
  now: number,
): boolean {
  return !worker.done && Number(worker.seen_at) > now - LIVE_MS;
}
