import { Knex } from 'knex';

export interface ConfigureDatabaseOptions {
  /**
   * How long SQLite waits for another process that is writing.
   *
   * The driver waits without giving way to the event loop, so a long wait would freeze the backend, and for ever if the
   * writer is another connection of the same process. Hence short; `transact` goes on waiting without blocking.
   */
  busyTimeoutMs?: number;
  /**
   * After how long PostgreSQL ends a transaction in which nothing happens. Ours wait for nothing but the database: who does not
   * go on has stopped, or cannot be reached, and must not keep the others from the rows that it has locked. Default: 15 s.
   */
  standstillMs?: number;
}

const STANDSTILL_MS = 15_000;

/** True when the database is SQLite, which has one writer and no row locks. */
export function isSqlite(knex: Knex): boolean {
  return knex.client.driverName === 'better-sqlite3';
}

/** True when the database is PostgreSQL. */
export function isPostgres(knex: Knex): boolean {
  return knex.client.driverName === 'pg';
}

/**
 * Prepares the connections for many small writes beside readers. Call it before the first query that matters.
 *
 * @remarks
 * On PostgreSQL: an end for transactions of those who stand still. On SQLite: write-ahead log, so that readers never wait for the writer,
 * and a sync per checkpoint rather than per commit, which a killed process survives without loss.
 */
export async function configureDatabase(
  knex: Knex,
  options: ConfigureDatabaseOptions = {},
): Promise<void> {
  if (isPostgres(knex)) {
    await limitStandstill(knex, options.standstillMs ?? STANDSTILL_MS);
  }
  if (!isSqlite(knex)) {
    return;
  }
  const statements = [
    'PRAGMA journal_mode = WAL',
    'PRAGMA synchronous = NORMAL',
    `PRAGMA busy_timeout = ${Math.trunc(options.busyTimeoutMs ?? 100)}`,
    'PRAGMA foreign_keys = ON',
  ];
  // Connections that the pool opens later need the settings as well: all but the first belong to a connection.
  knex.client.pool.on(
    'createSuccess',
    (_event: number, connection: { exec(sql: string): unknown }) => {
      statements.forEach(statement => connection.exec(statement));
    },
  );
  for (const statement of statements) {
    await knex.raw(statement);
  }
}

async function limitStandstill(knex: Knex, limitMs: number): Promise<void> {
  const statement = `SET idle_in_transaction_session_timeout = ${Math.trunc(
    limitMs,
  )}`;
  knex.client.pool.on(
    'createSuccess',
    (_event: number, connection: PostgresConnection) => {
      connection.query(statement).catch(error => {
        // The pool then makes another one.
        connection.__knex__disposed = error;
      });
    },
  );
  // One that is there already.
  await knex.raw(statement);
}

/** What knex keeps in its pool. */
interface PostgresConnection {
  query(sql: string): Promise<unknown>;
  /** Why it cannot be used any more. */
  __knex__disposed?: unknown;
}
