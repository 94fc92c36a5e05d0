import knexFactory, { Knex } from 'knex';
import { isSqlite } from '../database/configureDatabase';
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
    return id === 'SQLITE_3'
      ? openInMemory(':memory:')
      : createPostgresDatabase(id);
  },

  /** A database of its own, which goes with the test file, with the content of one that nobody must be using. */
  async copy(id: DatabaseId, template: Template): Promise<Knex> {
    return Buffer.isBuffer(template)
      ? openInMemory(template)
      : createPostgresDatabase(id, template);
  },
};

/** What copies are made of: the content of an SQLite database, or a database on a server. */
export type Template = Buffer | Knex;

/** Makes a template of a database, which is closed. */
export async function toTemplate(knex: Knex): Promise<Template> {
  if (!isSqlite(knex)) {
    // One that is used cannot be copied.
    await knex.destroy();
    return knex;
  }
  const connection = await knex.client.acquireConnection();
  const content: Buffer = connection.serialize();
  await knex.client.releaseConnection(connection);
  await knex.destroy();
  return content;
}

/** @param source - `:memory:`, or the content that it begins with, which the driver takes instead of a name */
function openInMemory(source: string | Buffer): Knex {
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: source as string },
    useNullAsDefault: true,
  });
  opened.push(knex);
  return knex;
}

afterAll(() => Promise.all(opened.splice(0).map(knex => knex.destroy())));
