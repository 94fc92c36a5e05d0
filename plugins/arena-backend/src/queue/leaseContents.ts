import { RunLeaseRow } from '../runs/tables';
import { countItems, ItemRange, takeItems } from './itemRanges';

/** An item that has started, with the time of the first word of it, in milliseconds. */
export type StartedItem = [index: number, time: number];

/** What a lease still holds. */
export interface LeaseContents {
  remaining: ItemRange[];
  /** Those of the remaining items that have started. */
  started: StartedItem[];
}

export function readContents(
  row: Pick<RunLeaseRow, 'remaining' | 'started'>,
): LeaseContents {
  return {
    remaining: JSON.parse(row.remaining),
    started: JSON.parse(row.started),
  };
}

export function writeContents(
  contents: LeaseContents,
): Pick<RunLeaseRow, 'remaining' | 'started'> {
  return {
    remaining: JSON.stringify(contents.remaining),
    started: JSON.stringify(contents.started),
  };
}

/** Notes which items have started. Those that the lease does not hold are ignored. */
export function markStarted(
  contents: LeaseContents,
  indexes: readonly number[],
  now: number,
): LeaseContents {
  const known = new Set(contents.started.map(([index]) => index));
  const { taken } = takeItems(
    contents.remaining,
    indexes.filter(index => !known.has(index)),
  );
  return {
    remaining: contents.remaining,
    started: [
      ...contents.started,
      ...taken.map(({ index }): StartedItem => [index, now]),
    ],
  };
}

/** Takes reported items out. */
export function removeItems(
  contents: LeaseContents,
  indexes: Iterable<number>,
): LeaseContents {
  const gone = new Set(indexes);
  return {
    remaining: takeItems(contents.remaining, gone).rest,
    started: contents.started.filter(([index]) => !gone.has(index)),
  };
}

/**
 * When a lease ends that was heard of now. An item that started and never comes back ends it in spite of heartbeats: the worker
 * has its own timeout and should have reported by then.
 */
export function leaseExpiry(
  contents: LeaseContents,
  options: { now: number; ttlMs: number; itemTimeoutMs: number },
): number {
  const { now, ttlMs, itemTimeoutMs } = options;
  const hung = contents.started.map(
    ([, time]) => time + itemTimeoutMs + 2 * ttlMs,
  );
  return Math.min(now + ttlMs, ...hung);
}

/** True when nothing is left to do. */
export function isDone(contents: LeaseContents): boolean {
  return countItems(contents.remaining) === 0;
}
