import { MAX_REPORT_ITEMS } from '@backstage-arena/plugin-arena-common';

/** Most items of one lease: what a report can hold, so that each request stays small whatever the run's size. */
export const MAX_LEASE_ITEMS = MAX_REPORT_ITEMS;

/**
 * How many items a worker gets: half of its fair share of what is left. Leases are large at first and shrink towards the end,
 * so that the last items spread over all workers.
 */
export function leaseSize(options: {
  backlog: number;
  workers: number;
  capacity: number;
}): number {
  const share = Math.ceil(options.backlog / (2 * Math.max(1, options.workers)));
  return Math.max(1, Math.min(share, options.capacity, MAX_LEASE_ITEMS));
}
