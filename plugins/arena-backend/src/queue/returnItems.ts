import { ItemError } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLeaseRow, RunPendingRow } from '../runs/tables';
import { countItemsIn } from './countItemsIn';
import { FinishedItem, lostItem } from './finishedItem';
import { countItems, ItemRange, takeItems } from './itemRanges';
import { StartedItem } from './leaseContents';

/** A range that may be leased again from a certain time on. */
export interface PendingRange {
  range: ItemRange;
  notBefore: number;
}

// SQLite allows 500 selects in a statement, which is how Knex inserts rows there.
const PENDING_CHUNK = 500;

/** Adds rows to the table of items that are not fresh. */
export async function insertPending(
  tx: Knex.Transaction,
  runSeq: number,
  pending: Iterable<PendingRange>,
): Promise<void> {
  let chunk: RunPendingRow[] = [];
  const flush = async () => {
    if (chunk.length > 0) await tx<RunPendingRow>('run_pending').insert(chunk);
    chunk = [];
  };
  for (const { range, notBefore } of pending) {
    chunk.push({
      run_seq: runSeq,
      idx_from: range[0],
      idx_to: range[1],
      attempt: range[2],
      not_before: notBefore,
    });
    if (chunk.length === PENDING_CHUNK) await flush();
  }
  await flush();
}

/**
 * Makes the rest of a lease free again. Items that had started have used up an attempt: they go into the next one, or are
 * counted as errored when there is none left. All others are as they were.
 *
 * @throws ConflictError when the run takes no results any more.
 */
export async function returnItems(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    lease: Pick<RunLeaseRow, 'worker_id'>;
    remaining: readonly ItemRange[];
    started: readonly StartedItem[];
    now: number;
    /** Why items that had started were not finished. */
    error: (item: StartedItem) => ItemError;
    /** Delay of the attempt after the given one. */
    delay: (attempt: number) => number;
  },
): Promise<void> {
  const { run, remaining, now } = options;
  const startedAt = new Map(options.started);
  const { taken, rest } = takeItems(remaining, startedAt.keys());
  const pending: PendingRange[] = rest.map(range => ({
    range,
    notBefore: now,
  }));
  const lost: FinishedItem[] = [];
  for (const { index, attempt } of taken) {
    const time = startedAt.get(index)!;
    if (attempt < run.pins.maxAttempts) {
      pending.push({
        range: [index, index + 1, attempt + 1],
        notBefore: now + options.delay(attempt),
      });
    } else {
      lost.push(
        lostItem(run, {
          index,
          attempt,
          startedAt: time,
          now,
          error: options.error([index, time]),
        }),
      );
    }
  }
  await insertPending(tx, run.seq, pending);
  await countItemsIn(tx, {
    run,
    items: lost,
    now,
    freed: countItems(remaining),
  });
}
