import {
  LoadReportBatch,
  loadReportBatchSchema,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { decompress } from '../database/compression';
import { retryWhileBusy } from '../database/transact';
import { RunLoadBatchRow } from './tables';

const PAGE = 100;

/** A batch with its number: later ones have higher numbers. */
export interface NumberedBatch
  extends Pick<RunLoadBatchRow, 'second' | 'worker_id'> {
  number: number;
  /** Rejects when it cannot be read. */
  read(): Promise<LoadReportBatch>;
}

/** Which batches are read. */
export interface BatchRange {
  /** Those with higher numbers than this. Default 0. */
  after?: number;
  /** Those up to this number. Default: all. */
  upTo?: number;
  /** Those of this second or a later one. Default: all. */
  fromSecond?: number;
}

/** Batches in the order in which they came. */
export async function* readBatches(
  knex: Knex,
  runSeq: number,
  range: BatchRange = {},
): AsyncGenerator<NumberedBatch> {
  const { upTo, fromSecond } = range;
  let last = range.after ?? 0;
  for (;;) {
    const query = knex<RunLoadBatchRow>('run_load_batches')
      .where({ run_seq: runSeq })
      .andWhere('id', '>', last)
      .orderBy('id')
      .limit(PAGE)
      .select('id', 'second', 'worker_id', 'codec', 'content');
    if (upTo !== undefined) query.andWhere('id', '<=', upTo);
    if (fromSecond !== undefined) query.andWhere('second', '>=', fromSecond);
    const rows = await retryWhileBusy(async () => query.clone());
    for (const row of rows) {
      last = Number(row.id);
      const { second, worker_id } = row;
      yield { number: last, second, worker_id, read: () => decode(row) };
    }
    if (rows.length < PAGE) return;
  }
}

/** All batches as lines of JSON, by second and worker. */
export async function* readBatchLines(
  knex: Knex,
  runSeq: number,
): AsyncGenerator<string> {
  let after: Pick<RunLoadBatchRow, 'second' | 'worker_id' | 'id'> | undefined;
  for (;;) {
    const query = knex<RunLoadBatchRow>('run_load_batches')
      .where({ run_seq: runSeq })
      .orderBy(['second', 'worker_id', 'id'])
      .limit(PAGE);
    if (after) {
      query.andWhereRaw('(second, worker_id, id) > (?, ?, ?)', [
        after.second,
        after.worker_id,
        after.id,
      ]);
    }
    const rows = await retryWhileBusy(async () => query.clone());
    for (const row of rows) {
      yield `${(await decompress(row)).toString('utf8')}\n`;
    }
    if (rows.length < PAGE) return;
    after = rows[rows.length - 1];
  }
}

async function decode(
  row: Pick<RunLoadBatchRow, 'codec' | 'content'>,
): Promise<LoadReportBatch> {
  const text = (await decompress(row)).toString('utf8');
  return loadReportBatchSchema.parse(JSON.parse(text));
}
