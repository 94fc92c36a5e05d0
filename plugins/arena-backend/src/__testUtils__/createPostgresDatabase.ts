import knexFactory, { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** PostgreSQL: a database is being used by others, those that have just left it for one. */
const OBJECT_IN_USE = '55006';
const PATIENCE_MS = 10_000;
const POLL_MS = 20;

const made: { id: string; name: string; knex: Knex }[] = [];

/**
 * A database of its own, which goes with the test file, on the server that BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING (for
 * `POSTGRES_18`) names.
 *
 * @param template - of which it is to be a copy, and which nobody must be using; else it is empty
 */
export async function createPostgresDatabase(
  id: string,
  template?: Knex,
): Promise<Knex> {
  const name = `test${randomUUID().replaceAll('-', '')}`;
  const of = template ? databaseOf(template) : 'template1';
  await asAdmin(id, async admin => {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        await admin.raw('create database ?? template ??', [name, of]);
        return;
      } catch (error) {
        const { code } = error as { code?: string };
        if (code !== OBJECT_IN_USE || performance.now() > end) throw error;
      }
      await sleep(POLL_MS);
    }
  });
  const knex = connect(id, name);
  made.push({ id, name, knex });
  return knex;
}

function connect(id: string, database: string): Knex {
  const variable = `BACKSTAGE_TEST_DATABASE_${id.replace(
    '_',
    '',
  )}_CONNECTION_STRING`;
  const server = process.env[variable];
  if (!server) throw new Error(`${id}: ${variable} does not say where it is`);
  const { hostname, port, username, password } = new URL(server);
  return knexFactory({
    client: 'pg',
    connection: {
      host: hostname,
      port: Number(port || 5432),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database,
    },
    // A test file has dozens of databases, and their server a bound.
    pool: { min: 0, max: 5, idleTimeoutMillis: 5_000 },
  });
}

function databaseOf(knex: Knex): string {
  return knex.client.config.connection.database;
}

async function asAdmin(
  id: string,
  work: (admin: Knex) => Promise<void>,
): Promise<void> {
  const admin = connect(id, 'postgres');
  try {
    await work(admin);
  } finally {
    await admin.destroy();
  }
}

afterAll(async () => {
  const all = made.splice(0);
  for (const id of new Set(all.map(each => each.id))) {
    await asAdmin(id, async admin => {
      for (const { name, knex } of all.filter(each => each.id === id)) {
        await knex.destroy();
        await admin.raw('drop database ?? with (force)', [name]);
      }
    });
  }
}, 60_000);
