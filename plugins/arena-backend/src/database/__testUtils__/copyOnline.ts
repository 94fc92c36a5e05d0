import { Knex } from 'knex';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { migratedDatabase } from '../../__testUtils__/migratedDatabase';
import { DatabaseId } from '../../__testUtils__/databases';

const run = promisify(execFile);
const CHUNK = 200;

/** Copies a SQLite file that is being written, from another process, as `sqlite3 FILE "VACUUM INTO 'COPY'"` does. */
export async function copySqlite(file: string, copy: string): Promise<void> {
  const script = `require(process.argv[1])(process.argv[2]).prepare('VACUUM INTO ?').run(process.argv[3])`;
  const driver = require.resolve('better-sqlite3');
  await run(process.execPath, ['-e', script, driver, file, copy]);
}

/** Copies a PostgreSQL database that is being written, as `pg_dump` and `pg_restore` do: all of it as of one moment. */
export async function copyPostgres(knex: Knex, id: DatabaseId): Promise<Knex> {
  const copy = await migratedDatabase(id);
  await knex.transaction(
    async source => {
      const tables: Array<{ tablename: string }> = await source('pg_tables')
        .whereRaw('schemaname = current_schema()')
        .select('tablename');
      await copy.transaction(async target => {
        // As a restore does: rows come before those that they refer to.
        await target.raw('set local session_replication_role = replica');
        for (const { tablename } of tables) {
          await target(tablename).delete();
          const rows = await source(tablename).select('*');
          for (let start = 0; start < rows.length; start += CHUNK) {
            await target(tablename).insert(rows.slice(start, start + CHUNK));
          }
        }
        const sequences = await source('pg_sequences')
          .whereRaw('schemaname = current_schema()')
          .whereNotNull('last_value')
          .select('sequencename', 'last_value');
        for (const { sequencename, last_value: value } of sequences) {
          await target.raw('select setval(?, ?)', [sequencename, value]);
        }
      });
    },
    { isolationLevel: 'repeatable read' },
  );
  return copy;
}
