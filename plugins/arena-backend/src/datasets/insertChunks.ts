import { Knex } from 'knex';

/** Inserts rows, so many in a statement. */
export async function insertChunks(
  tx: Knex.Transaction,
  table: string,
  rows: readonly object[],
  size: number,
): Promise<void> {
  for (let start = 0; start < rows.length; start += size) {
    await tx(table).insert(rows.slice(start, start + size));
  }
}
