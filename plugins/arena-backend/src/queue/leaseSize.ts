import { MAX_REPORT_ITEMS } from '@backstage-arena/plugin-arena-common';

/** Most items of one lease: what a report can hold, so that each request stays small whatever the run's size. */
export const MAX_LEASE_ITEMS = MAX_REPORT_ITEMS;

/** Work for less than this is not worth a lease and a report. */
const MIN_LEASE_MS = 500;

/**
 * How many items a worker gets: half of its fair share of what is left, because others may be about to start. What is left shrinks
 * with each lease, so that leases are large at first and small at the end, and the last items spread over all workers; but not
 * below what keeps a worker busy for a moment.
 */
export function leaseSize(options: {
  backlog: number;
  workers: number;
  capacity: number;
  /** Items that a worker executes at a time. */
  concurrency: number;
  /** Finished items of the run, and the sum of their durations. */
  finished: number;
  durationMs: number;
}): number {
  const { backlog, workers, concurrency, finished, durationMs } = options;
  const share = Math.ceil(backlog / (2 * Math.max(1, workers)));
  // Nothing is known before the first results.
  const worthwhile =
    finished > 0
      ? Math.floor((MIN_LEASE_MS * concurrency * finished) / (durationMs + 1))
      : 1;
  return Math.max(
    1,
    Math.min(
      Math.max(share, worthwhile),
      backlog,
      options.capacity,
      MAX_LEASE_ITEMS,
    ),
  );
}
