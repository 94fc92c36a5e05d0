import { Knex } from 'knex';
import { isPostgres } from '../database/configureDatabase';
import { sqliteStatement } from '../queue/sqliteStatements';
import { giveWay } from '../time/giveWay';
import { RunRowBandRow } from './tables';

const INSERT = 'insert into run_row_bands (run_seq, band, number)';

// One parameter for all rows: the text of the statement does not grow with the report.
const POSTGRES_INSERT = `${INSERT} select ?, band, number from json_to_recordset(?::json) as rows(band bigint, number bigint)`;

// The driver of SQLite does not give way by itself.
const ROWS_PER_TURN = 1_000;

/** Inserts the keys of rows, of which there are dozens for each row. */
export async function insertBands(
  tx: Knex.Transaction,
  runSeq: number,
  bands: ReadonlyArray<Pick<RunRowBandRow, 'band' | 'number'>>,
): Promise<void> {
  if (bands.length === 0) return;
  if (isPostgres(tx)) {
    await tx.raw(POSTGRES_INSERT, [runSeq, JSON.stringify(bands)]);
    return;
  }
  const statement = await sqliteStatement(tx, `${INSERT} values (?, ?, ?)`);
  for (const [position, { band, number }] of bands.entries()) {
    if (position % ROWS_PER_TURN === ROWS_PER_TURN - 1) await giveWay();
    statement.run(runSeq, band, number);
  }
}
