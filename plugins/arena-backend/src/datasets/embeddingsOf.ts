import { EmbeddingTable } from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRowRow } from './tables';

/** Some kilobytes each. */
const PAGE = 1_000;

/** Of the runs that are in use, as far as they were read: rows do not change, and have numbers without gaps. */
const known = new WeakMap<PlannedRun, EmbeddingTable>();

/**
 * Embeddings of all rows of a run: those that are new since the last time are read. The run must be locked, and the transaction must not have added
 * rows yet: one that is undone would leave rows behind that are none. How many rows there may be is limited where jobs are admitted.
 */
export async function embeddingsOf(
  tx: Knex.Transaction,
  run: PlannedRun,
): Promise<EmbeddingTable> {
  let table = known.get(run);
  if (!table) {
    table = new EmbeddingTable();
    known.set(run, table);
  }
  for (;;) {
    const rows = await tx<RunRowRow>('run_rows')
      .where({ run_seq: run.seq })
      .andWhere('number', '>=', table.size)
      .orderBy('number')
      .limit(PAGE)
      .select('number', 'signature');
    for (const { number, signature } of rows) {
      if (!signature || Number(number) !== table.size) {
        throw new Error(
          `Row ${number} of run '${run.runId}' stands where row ${table.size} with its embedding was due`,
        );
      }
      table.add(new Int8Array(signature));
    }
    if (rows.length < PAGE) return table;
  }
}
