import knexFactory, { Knex } from 'knex';
import { createPostgresDatabase } from './createPostgresDatabase';

/** As `TestDatabases` of `@backstage/backend-test-utils` calls them. */
export type DatabaseId = 'SQLITE_3' | `POSTGRES_${number}`;

const ids = (process.env.ARENA_TEST_DATABASES ?? 'SQLITE_3').split(
  ',',
) as DatabaseId[];

const opened: Knex[] = [];

/**
 * The databases that tests named `*.db.test.ts` run on: SQLite by default, others by name in ARENA_TEST_DATABASES
 * (for example `POSTGRES_18`, whose address is in BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING).
 *
 * What `TestDatabases` does, without the seconds that loading its package takes each of a hundred test files.
 */
export const databases = {
  eachSupportedId(): [DatabaseId][] {
    return ids.map(id => [id]);
  },

  /** An empty database, which goes with the test file. */
  async init(id: DatabaseId): Promise<Knex> {
    if (id !== 'SQLITE_3') return createPostgresDatabase(id);
    const knex = knexFactory({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    opened.push(knex);
    return knex;
  },
};

afterAll(() => Promise.all(opened.splice(0).map(knex => knex.destroy())));
