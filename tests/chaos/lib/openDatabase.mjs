import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(import.meta.url);

/**
 * The database of the arena plugin, to be read past the portal.
 *
 * @typedef {object} ReadDatabase
 * @property {(sql: string) => Promise<Array<Record<string, unknown>>>} query
 * @property {() => Promise<string[]>} faults - of the files; none is an empty list
 * @property {(ms: number) => Promise<void>} stall - for so long no lease can be written; in SQLite, nothing at all
 * @property {() => Promise<number>} [terminateConnections] - of the portal, all of them; says how many
 * @property {() => Promise<void>} close
 */

/** @returns {ReadDatabase} */
export function openSqlite(directory) {
  const Database = require('better-sqlite3');
  const query = async sql => {
    // Opened each time: the file comes with the portal, and no reader is to hold back its log.
    const file = new Database(path.join(directory, 'arena.sqlite'), {
      readonly: true,
      timeout: 10_000,
    });
    try {
      return file.prepare(sql).all();
    } finally {
      file.close();
    }
  };
  return {
    query,
    async faults() {
      const rows = await query('pragma integrity_check');
      const orphans = await query('pragma foreign_key_check');
      return [
        ...rows
          .map(row => row.integrity_check)
          .filter(message => message !== 'ok'),
        ...orphans.map(
          row => `a row without its parent: ${JSON.stringify(row)}`,
        ),
      ];
    },
    async stall(ms) {
      const file = new Database(path.join(directory, 'arena.sqlite'), {
        timeout: 10_000,
      });
      try {
        file.exec('begin immediate');
        await sleep(ms);
        file.exec('rollback');
      } finally {
        file.close();
      }
    },
    async close() {},
  };
}

/**
 * @param {{ url: string, prefix: string }} postgres
 * @returns {ReadDatabase}
 */
export function openPostgres({ url, prefix }) {
  const { Client } = require('pg');
  const connected = async (database, work) => {
    const client = new Client({ connectionString: `${url}/${database}` });
    // A server that is stopped says so here as well as where it is waited for.
    client.on('error', () => {});
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const query = async sql =>
    connected(`${prefix}arena`, async client => (await client.query(sql)).rows);
  const ours = `like '${prefix.replaceAll('_', '\\_')}%'`;
  return {
    query,
    async faults() {
      // A table that cannot be read says so.
      const tables = await query(
        "select table_name from information_schema.tables where table_schema = 'public'",
      );
      const found = [];
      for (const { table_name: name } of tables) {
        await query(
          `select count(*) from (select t.* from "${name}" t) rows`,
        ).catch(error => found.push(`${name}: ${error.message}`));
      }
      return found;
    },
    stall: ms =>
      connected(`${prefix}arena`, async client => {
        // One table: of several, somebody else may have the other already.
        await client.query('begin; lock table run_leases in exclusive mode');
        await sleep(ms);
        await client.query('rollback');
      }),
    terminateConnections: () =>
      connected('postgres', async client => {
        const { rowCount } = await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname ${ours}`,
        );
        return rowCount;
      }),
    close: () =>
      connected('postgres', async client => {
        const { rows } = await client.query(
          `select datname from pg_database where datname ${ours}`,
        );
        for (const { datname } of rows) {
          await client.query(`drop database "${datname}" with (force)`);
        }
      }),
  };
}
