import { LoadReport } from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { compress, Compressed, decompress } from '../database/compression';
import { RunLoadReportRow } from './tables';

/** As it is stored. */
export async function encodeReport(report: LoadReport): Promise<Compressed> {
  return compress(Buffer.from(JSON.stringify(report)));
}

/** Takes the place of the one before. */
export async function storeReport(
  tx: Knex.Transaction,
  runSeq: number,
  report: Compressed,
): Promise<void> {
  await tx<RunLoadReportRow>('run_load_reports')
    .insert({ run_seq: runSeq, ...report })
    .onConflict(['run_seq'])
    .merge();
}

/** The latest one; final once the test is over. */
export async function readStoredReport(
  knex: Knex,
  runSeq: number,
): Promise<LoadReport | undefined> {
  const row = await knex<RunLoadReportRow>('run_load_reports')
    .where({ run_seq: runSeq })
    .first();
  return row && JSON.parse((await decompress(row)).toString('utf8'));
}
