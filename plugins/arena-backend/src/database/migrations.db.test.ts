import { Knex } from 'knex';
import {
  createSqliteFile,
  eachDatabase,
} from '../store/__testUtils__/storeTestBed';
import { DatabaseId, databases } from '../__testUtils__/databases';
import { applyMigrations, revertMigrations } from './applyMigrations';
import { configureDatabase } from './configureDatabase';

jest.setTimeout(60_000);

async function tablesOf(knex: Knex): Promise<string[]> {
  const rows =
    knex.client.driverName === 'pg'
      ? await knex('pg_tables')
          .whereRaw('schemaname = current_schema()')
          .select({ name: 'tablename' })
      : await knex('sqlite_master').where({ type: 'table' }).select('name');
  return rows
    .map((row: { name: string }) => row.name)
    .filter((name: string) => !/^(knex_|sqlite_)/.test(name))
    .sort();
}

describe.each(eachDatabase())('Migrations on %s', databaseId => {
  it('go up, down and up again, whole and step by step', async () => {
    const knex =
      databaseId === 'SQLITE_FILE'
        ? await createSqliteFile()
        : await databases.init(databaseId as DatabaseId);
    await configureDatabase(knex);
    await applyMigrations(knex);
    const tables = await tablesOf(knex);
    expect(tables).toEqual(
      expect.arrayContaining([
        'resource_events',
        'resource_labels',
        'resource_owners',
        'resource_revisions',
        'resource_stores',
        'resources',
        'snapshot_chunks',
        'snapshot_uploads',
        'snapshots',
        'source_uploads',
      ]),
    );
    await applyMigrations(knex);
    await revertMigrations(knex);
    expect(await tablesOf(knex)).toEqual([]);
    await applyMigrations(knex);
    expect(await tablesOf(knex)).toEqual(tables);
  });

  it('rewrite no row of runs and their cells', async () => {
    const knex =
      databaseId === 'SQLITE_FILE'
        ? await createSqliteFile()
        : await databases.init(databaseId as DatabaseId);
    await configureDatabase(knex);
    const statements: string[] = [];
    knex.on('query', ({ sql }: { sql: string }) => statements.push(sql));
    await applyMigrations(knex);
    expect(
      statements.filter(sql =>
        /^(update|delete from) .?(runs|run_items|run_cells)\b/i.test(sql),
      ),
    ).toEqual([]);
    expect(
      statements.some(sql => /alter table .?runs\b.*verdict_total/i.test(sql)),
    ).toBe(true);
  });

  it('may be applied by several replicas at once', async () => {
    if (!databaseId.startsWith('POSTGRES')) {
      return;
    }
    const knex = await databases.init(databaseId as DatabaseId);
    await Promise.all([1, 2, 3].map(() => applyMigrations(knex)));
    expect(await tablesOf(knex)).toContain('resources');
  });

  it('go on after one was killed', async () => {
    const knex =
      databaseId === 'SQLITE_FILE'
        ? await createSqliteFile()
        : await databases.init(databaseId as DatabaseId);
    await applyMigrations(knex);
    await revertMigrations(knex);
    await knex('knex_migrations_lock').update({ is_locked: 1 });
    await applyMigrations(knex, 500);
    expect(await tablesOf(knex)).toContain('resources');
  });
});

describe('configureDatabase', () => {
  it('sets up every connection to a SQLite file', async () => {
    const knex = await createSqliteFile();
    await configureDatabase(knex);
    const read = async () => [
      (await knex.raw('PRAGMA journal_mode'))[0].journal_mode,
      (await knex.raw('PRAGMA synchronous'))[0].synchronous,
      (await knex.raw('PRAGMA busy_timeout'))[0].timeout,
      (await knex.raw('PRAGMA foreign_keys'))[0].foreign_keys,
    ];
    expect(await read()).toEqual(['wal', 1, 100, 1]);
    const connection = await knex.client.acquireConnection();
    await knex.client.destroyRawConnection(connection);
    connection.__knex__disposed = 'closed by the test';
    await knex.client.releaseConnection(connection);
    expect(await read()).toEqual(['wal', 1, 100, 1]);
  });
});
