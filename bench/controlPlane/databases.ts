import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Database } from './options';

/** A place for a backend's databases, to be taken away afterwards. */
export interface BenchDatabase {
  /** The section `backend.database` of app-config. */
  config: object;
  drop(): Promise<void>;
}

export async function createDatabase(
  database: Database,
): Promise<BenchDatabase> {
  return database === 'sqlite' ? createSqlite() : createPostgres();
}

async function createSqlite(): Promise<BenchDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'arena-bench-'));
  return {
    config: { client: 'better-sqlite3', connection: { directory } },
    drop: () => rm(directory, { recursive: true, force: true }),
  };
}

async function createPostgres(): Promise<BenchDatabase> {
  const address =
    process.env.ARENA_BENCH_POSTGRES ??
    process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;
  if (!address) {
    throw new Error(
      'PostgreSQL: set ARENA_BENCH_POSTGRES to postgresql://user:password@host:port',
    );
  }
  const prefix = `arena_bench_${process.pid}_`;
  const url = new URL(address);
  return {
    config: {
      client: 'pg',
      connection: {
        host: url.hostname,
        port: Number(url.port || 5432),
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
      },
      prefix,
    },
    async drop() {
      const client = new Client({ connectionString: address });
      await client.connect();
      try {
        const { rows } = await client.query(
          'select datname from pg_database where starts_with(datname, $1)',
          [prefix],
        );
        for (const { datname } of rows) {
          await client.query(`drop database "${datname}" with (force)`);
        }
      } finally {
        await client.end();
      }
    },
  };
}
