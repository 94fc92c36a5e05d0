import { Knex } from 'knex';
import { retryWhileBusy, transact } from '../database/transact';
import { RunLoadBatchRow, RunLoadSliceRow } from '../loads/tables';
import { giveWay } from '../time/giveWay';
import { DbInteger, RunItemRow, RunRow, RunTranscriptRow } from './tables';

const ITEMS_PER_STEP = 500;
const BATCHES_PER_STEP = 5;
const SECONDS_PER_STEP = 60;

/**
 * Deletes a run with everything that belongs to it, in steps that hold up nobody else. The row of the run goes last, so that an
 * interrupted deletion can be repeated.
 */
export async function deleteRun(knex: Knex, runId: string): Promise<void> {
  const row = await knex<RunRow>('runs').where({ run_id: runId }).first('seq');
  if (!row) return;
  const { seq } = row;
  // First nothing may come in any more.
  await retryWhileBusy(async () =>
    knex<RunRow>('runs')
      .where({ seq })
      .update({ state: 'Closed', leased: 0, version: knex.raw('version + 1') }),
  );
  await deleteTranscripts(knex, seq);
  await deleteInSteps(async () => {
    const last = await knex<RunItemRow>('run_items')
      .where({ run_seq: seq })
      .orderBy('idx')
      .offset(ITEMS_PER_STEP - 1)
      .first('idx');
    const query = knex<RunItemRow>('run_items').where({ run_seq: seq });
    if (last) query.andWhere('idx', '<=', Number(last.idx));
    const count = await query.delete();
    return last ? count : 0;
  });
  await deleteRecords(knex, seq);
  await deleteDataset(knex, seq);
  await transact(knex, async tx => {
    // The rest is small, and goes by foreign keys where the database enforces them; SQLite may not.
    for (const table of [
      'run_budget_grants',
      'run_datasets',
      'run_load_series',
      'run_load_snapshots',
      'run_load_reports',
      'run_load_workers',
      'run_loads',
      'run_reports',
      'run_verdicts',
      'run_cells',
      'run_pending',
      'run_leases',
      'run_workers',
      'run_tokens',
      'run_plans',
    ]) {
      await tx(table).where({ run_seq: seq }).delete();
    }
    await tx<RunRow>('runs').where({ seq }).delete();
  });
}

/** Deletes what the workers of a load test recorded; its report and its series stay. */
export async function deleteRecords(knex: Knex, seq: number): Promise<void> {
  await deleteInSteps(() => deleteSomeRecords(knex, seq));
  await deleteInSteps(() => deleteSomeSlices(knex, seq));
}

async function deleteSomeSlices(knex: Knex, seq: number): Promise<number> {
  const first = await knex<RunLoadSliceRow>('run_load_slices')
    .where({ run_seq: seq })
    .min({ second: 'second' })
    .first();
  if (typeof first?.second !== 'number') return 0;
  return knex<RunLoadSliceRow>('run_load_slices')
    .where({ run_seq: seq })
    .andWhere('second', '<', first.second + SECONDS_PER_STEP)
    .delete();
}

async function deleteSomeRecords(knex: Knex, seq: number): Promise<number> {
  const batches = await knex<RunLoadBatchRow>('run_load_batches')
    .where({ run_seq: seq })
    .limit(ITEMS_PER_STEP)
    .select('id');
  if (batches.length === 0) return 0;
  return knex<RunLoadBatchRow>('run_load_batches')
    .whereIn(
      'id',
      batches.map(({ id }) => id),
    )
    .delete();
}

/** Deletes rows and rejects, the lowest numbers first. */
async function deleteDataset(knex: Knex, seq: number): Promise<void> {
  for (const [table, column] of [
    ['run_row_bands', 'band'],
    ['run_rows', 'number'],
    ['run_rejects', 'attempt'],
  ] as const) {
    await deleteInSteps(async () => {
      const last: Record<string, DbInteger> | undefined = await knex(table)
        .where({ run_seq: seq })
        .orderBy(column)
        .offset(ITEMS_PER_STEP - 1)
        .first(column);
      const query = knex(table).where({ run_seq: seq });
      if (last) query.andWhere(column, '<=', Number(last[column]));
      const count = await query.delete();
      return last ? count : 0;
    });
  }
}

/** Deletes the transcripts of a run. */
export async function deleteTranscripts(
  knex: Knex,
  seq: number,
): Promise<void> {
  await deleteInSteps(async () => {
    const batches = await knex<RunTranscriptRow>('run_transcripts')
      .where({ run_seq: seq })
      .orderBy('batch')
      .limit(BATCHES_PER_STEP)
      .select('batch');
    if (batches.length === 0) return 0;
    return knex<RunTranscriptRow>('run_transcripts')
      .whereIn(
        'batch',
        batches.map(row => row.batch),
      )
      .delete();
  });
}

async function deleteInSteps(step: () => Promise<number>): Promise<void> {
  while ((await retryWhileBusy(step)) > 0) {
    // Lets requests through between the steps: the driver of SQLite does not give way by itself.
    await giveWay();
  }
}
