import { mockLogger } from '../../__testUtils__/mockLogger';
import knexFactory, { Knex } from 'knex';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseId, databases } from '../../__testUtils__/databases';
import { applyMigrations } from '../../database/applyMigrations';
import { migratedDatabase } from '../../__testUtils__/migratedDatabase';
import { configureDatabase } from '../../database/configureDatabase';
import { Clock } from '../../time/Clock';
import { Admission } from '../Admission';
import {
  createEmbeddedStore,
  EmbeddedStore,
  EmbeddedStoreOptions,
} from '../createEmbeddedStore';

/** A clock that only tests move. */
export class TestClock implements Clock {
  time = Date.parse('2026-11-23T10:00:00.250Z');

  now(): Date {
    return new Date(this.time);
  }

  advance(ms: number): void {
    this.time += ms;
  }
}

/** Lets everything pass: what admission decides is tested where it is written. */
export const admitAll: Admission = {
  admit: object => object,
  admitStatus: object => object,
};

/** The databases that tests run on: besides SQLite in memory, a file with its write-ahead log, which is what a laptop has. */
export function eachDatabase(): [string][] {
  const ids: string[] = databases.eachSupportedId().map(([id]) => id);
  return [...(ids.includes('SQLITE_3') ? ['SQLITE_FILE'] : []), ...ids].map(
    id => [id],
  );
}

const cleanups: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const cleanup of cleanups.reverse()) {
    await cleanup();
  }
  cleanups.length = 0;
});

/** Another connection pool to the same database, as another process would have. */
export async function connectAgain(knex: Knex): Promise<Knex> {
  const { client, connection } = knex.client.config;
  const again = knexFactory({ client, connection, useNullAsDefault: true });
  await configureDatabase(again);
  cleanups.push(() => again.destroy());
  return again;
}

export async function createSqliteFile(): Promise<Knex> {
  const folder = await mkdtemp(join(tmpdir(), 'arena-store-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: join(folder, 'arena.sqlite') },
    useNullAsDefault: true,
  });
  cleanups.push(() => knex.destroy());
  return knex;
}

/** An empty database with the schema. */
export async function createDatabase(id: string): Promise<Knex> {
  if (id !== 'SQLITE_FILE') return migratedDatabase(id as DatabaseId);
  const knex = await createSqliteFile();
  await configureDatabase(knex);
  await applyMigrations(knex);
  return knex;
}

export interface StoreTestBed {
  knex: Knex;
  clock: TestClock;
  store: EmbeddedStore;
}

/** A store on the database, with its background off unless the test starts it. */
export function createStore(
  knex: Knex,
  options: Partial<EmbeddedStoreOptions> = {},
): EmbeddedStore {
  const store = createEmbeddedStore({
    knex,
    admission: admitAll,
    logger: mockLogger(),
    pollIntervalMs: 20,
    ...options,
  });
  cleanups.push(() => store.stop());
  return store;
}

export async function createTestBed(
  id: string,
  options: Partial<EmbeddedStoreOptions> = {},
): Promise<StoreTestBed> {
  const knex = await createDatabase(id);
  const clock = new TestClock();
  return { knex, clock, store: createStore(knex, { clock, ...options }) };
}

export { input, ownedBy } from './input';
