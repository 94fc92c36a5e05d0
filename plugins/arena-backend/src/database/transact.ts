import { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';

/** Deadlocks and serialisation failures of PostgreSQL, and a locked file of SQLite: nothing was done, so try again. */
const TRANSIENT_CODES = new Set([
  '40001',
  '40P01',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
  'SQLITE_BUSY_RECOVERY',
  'SQLITE_LOCKED',
]);

const MAX_WAIT_MS = 15_000;

/** True for an error of the database that says "not now" rather than "no". */
export function isTransientDatabaseError(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && TRANSIENT_CODES.has(code);
}

/**
 * Runs a transaction that writes, and repeats it while the database is busy.
 *
 * @remarks
 * The work must begin with a write: SQLite refuses to turn a reader into a writer when another one wrote in between. It is
 * run again from the start, so it must not touch anything but the transaction.
 */
export async function transact<T>(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return retryWhileBusy(() => knex.transaction(work));
}

/** Repeats a single statement, or anything else that can be repeated, while the database is busy. */
export async function retryWhileBusy<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + MAX_WAIT_MS;
  for (let delay = 2; ; delay = Math.min(delay * 2, 100)) {
    try {
      return await work();
    } catch (error) {
      if (!isTransientDatabaseError(error) || performance.now() > deadline) {
        throw error;
      }
    }
    // Jitter, or two writers that collided once collide again and again.
    await sleep(delay * (0.5 + Math.random()));
  }
}

/** Runs queries that must all see the same state of the database. */
export async function readSnapshot<T>(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return retryWhileBusy(() =>
    knex.client.driverName === 'pg'
      ? knex.transaction(work, {
          isolationLevel: 'repeatable read',
          readOnly: true,
        })
      : knex.transaction(work),
  );
}
