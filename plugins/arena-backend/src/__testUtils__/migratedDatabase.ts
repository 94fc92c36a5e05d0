import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase } from '../database/configureDatabase';
import { DatabaseId, databases, Template, toTemplate } from './databases';

/** What copies are made of, of this test file. */
const templates = new Map<DatabaseId, Promise<Template>>();

/** A database of its own with the schema of today: a copy of one that was migrated once, which takes ten times as long. */
export async function migratedDatabase(id: DatabaseId): Promise<Knex> {
  const template = templates.get(id) ?? makeTemplate(id);
  templates.set(id, template);
  const knex = await databases.copy(id, await template);
  await configureDatabase(knex);
  return knex;
}

async function makeTemplate(id: DatabaseId): Promise<Template> {
  const knex = await databases.init(id);
  await configureDatabase(knex);
  await applyMigrations(knex);
  return toTemplate(knex);
}
