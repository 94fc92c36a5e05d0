import { MAX_REPORT_ITEMS } from '@backstage-arena/plugin-arena-common';

/** Most items of one lease: what a report can hold, so that each request stays small whatever the run's size. */
export const MAX_LEASE_ITEMS = MAX_REPORT_ITEMS;

/**
 * How many items a worker gets: its fair share of what is left. What is left shrinks with each lease, so that leases are large at
 * first and small at the end, and the last items spread over all workers.
 */
export function leaseSize(options: {
  backlog: number;
  workers: number;
  capacity: number;
}): number {
  const share = Math.ceil(options.backlog / Math.max(1, options.workers));
  return Math.max(1, Math.min(share, options.capacity, MAX_LEASE_ITEMS));
}
