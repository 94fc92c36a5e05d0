import { TestDatabaseId } from '@backstage/backend-test-utils';
import knexFactory, { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase, isPostgres } from '../database/configureDatabase';
import { databases } from './databases';

/** PostgreSQL: a database is being used by others, those that have just left it for one. */
const OBJECT_IN_USE = '55006';
const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/** What copies are made of, and copies that are to be dropped; of this test file. */
const templates = new Map<TestDatabaseId, Promise<Template>>();
const copies: Knex[] = [];

interface Template {
  name: string;
  /** How its database is reached. */
  config: Knex.Config;
}

/** A database of its own with the schema of today. On PostgreSQL it is a copy of one that was migrated once: migrations take ten times as long. */
export async function migratedDatabase(id: TestDatabaseId): Promise<Knex> {
  if (!id.startsWith('POSTGRES')) {
    const knex = await databases.init(id);
    await configureDatabase(knex);
    await applyMigrations(knex);
    return knex;
  }
  const template = templates.get(id) ?? makeTemplate(id);
  templates.set(id, template);
  const knex = await copyOf(await template);
  copies.push(knex);
  await configureDatabase(knex);
  return knex;
}

async function makeTemplate(id: TestDatabaseId): Promise<Template> {
  const knex = await databases.init(id);
  if (!isPostgres(knex)) throw new Error(`${id} is no PostgreSQL`);
  await applyMigrations(knex);
  const { config } = knex.client;
  // A database that is used cannot be copied.
  await knex.destroy();
  return { name: config.connection.database, config };
}

async function copyOf({ name, config }: Template): Promise<Knex> {
  const database = `copy${randomUUID().replaceAll('-', '')}`;
  await asAdmin(config, async admin => {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        await admin.raw('create database ?? template ??', [database, name]);
        return;
      } catch (error) {
        const { code } = error as { code?: string };
        if (code !== OBJECT_IN_USE || performance.now() > end) throw error;
      }
      await sleep(POLL_MS);
    }
  });
  return knexFactory(withDatabase(config, database));
}

async function asAdmin(
  config: Knex.Config,
  work: (admin: Knex) => Promise<void>,
): Promise<void> {
  const admin = knexFactory(withDatabase(config, 'postgres'));
  try {
    await work(admin);
  } finally {
    await admin.destroy();
  }
}

function withDatabase(config: Knex.Config, database: string): Knex.Config {
  const connection = config.connection as Knex.PgConnectionConfig;
  // Knex hides the password from copies.
  const { password } = connection;
  return { ...config, connection: { ...connection, password, database } };
}

afterAll(async () => {
  if (copies.length === 0) return;
  await asAdmin(copies[0].client.config, async admin => {
    for (const knex of copies) {
      const { database } = knex.client.config.connection;
      await knex.destroy();
      await admin.raw('drop database ?? with (force)', [database]);
    }
  });
}, 60_000);
