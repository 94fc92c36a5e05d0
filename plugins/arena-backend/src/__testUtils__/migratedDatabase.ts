import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase } from '../database/configureDatabase';
import { createPostgresDatabase } from './createPostgresDatabase';
import { DatabaseId, databases } from './databases';

/** What copies are made of, of this test file. */
const templates = new Map<DatabaseId, Promise<Knex>>();

/** A database of its own with the schema of today. On PostgreSQL it is a copy of one that was migrated once: migrations take ten times as long. */
export async function migratedDatabase(id: DatabaseId): Promise<Knex> {
  if (id === 'SQLITE_3') {
    const knex = await databases.init(id);
    await configureDatabase(knex);
    await applyMigrations(knex);
    return knex;
  }
  const template = templates.get(id) ?? makeTemplate(id);
  templates.set(id, template);
  const knex = await createPostgresDatabase(id, await template);
  await configureDatabase(knex);
  return knex;
}

async function makeTemplate(id: DatabaseId): Promise<Knex> {
  const knex = await databases.init(id);
  await applyMigrations(knex);
  // A database that is used cannot be copied.
  await knex.destroy();
  return knex;
}
