import {
  LoadAccumulator,
  restoreLoad,
  SavedLoad,
  saveLoad,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { compress, decompress } from '../database/compression';
import { giveWay } from '../time/giveWay';
import { RunLoadSnapshotRow } from './tables';

/**
 * Stores what was added up so far, in place of what was stored before: whoever takes over goes on from there instead of reading every record of an
 * hour again.
 *
 * @param lastBatch - number of the last batch that is in it
 */
export async function storeSnapshot(
  knex: Knex,
  runSeq: number,
  lastBatch: number,
  accumulator: LoadAccumulator,
): Promise<void> {
  const saved = await saveLoad(accumulator, () => giveWay());
  const content = await compress(Buffer.from(JSON.stringify(saved)));
  await knex<RunLoadSnapshotRow>('run_load_snapshots')
    .insert({ run_seq: runSeq, last_batch: lastBatch, ...content })
    .onConflict(['run_seq'])
    .merge();
}

/**
 * Puts what is stored into an accumulator that is empty.
 *
 * @returns number of the last batch that is in it; 0 when nothing is stored
 */
export async function restoreSnapshot(
  knex: Knex,
  runSeq: number,
  accumulator: LoadAccumulator,
): Promise<number> {
  const row = await knex<RunLoadSnapshotRow>('run_load_snapshots')
    .where({ run_seq: runSeq })
    .first();
  if (!row) return 0;
  const text = (await decompress(row)).toString('utf8');
  const saved: SavedLoad = JSON.parse(text);
  await restoreLoad(accumulator, saved, () => giveWay());
  return Number(row.last_batch);
}

/** Once the final report is there, nobody goes on from anywhere. */
export async function dropSnapshot(knex: Knex, runSeq: number): Promise<void> {
  await knex<RunLoadSnapshotRow>('run_load_snapshots')
    .where({ run_seq: runSeq })
    .delete();
}
