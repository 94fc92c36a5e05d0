import { Knex } from 'knex';
import { isPostgres } from '../database/configureDatabase';
import { RunPendingRow } from '../runs/tables';
import { countItems, ItemRange, splitRanges } from './itemRanges';

/** Takes up to `size` items that are due out of the table of items that are not fresh, longest waiting first. */
export async function claimPending(
  tx: Knex.Transaction,
  options: { runSeq: number; now: number; size: number },
): Promise<ItemRange[]> {
  const { runSeq, now, size } = options;
  const query = tx<RunPendingRow>('run_pending')
    .where({ run_seq: runSeq })
    .andWhere('not_before', '<=', now)
    .orderBy([{ column: 'not_before' }, { column: 'idx_from' }])
    .limit(size);
  if (isPostgres(tx)) query.forUpdate().skipLocked();
  const claimed: ItemRange[] = [];
  const taken: number[] = [];
  let missing = size;
  for (const row of await query) {
    if (missing === 0) break;
    const range: ItemRange = [
      Number(row.idx_from),
      Number(row.idx_to),
      row.attempt,
    ];
    const { head, tail } = splitRanges([range], missing);
    claimed.push(...head);
    missing -= countItems(head);
    if (tail.length === 0) {
      taken.push(range[0]);
    } else {
      await tx<RunPendingRow>('run_pending')
        .where({ run_seq: runSeq, idx_from: range[0] })
        .update({ idx_from: tail[0][0] });
    }
  }
  if (taken.length > 0) {
    await tx<RunPendingRow>('run_pending')
      .where({ run_seq: runSeq })
      .whereIn('idx_from', taken)
      .delete();
  }
  return claimed;
}
