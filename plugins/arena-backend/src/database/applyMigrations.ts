import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPostgres } from './configureDatabase';

const config = {
  directory: resolvePackagePath(
    '@backstage-arena/plugin-arena-backend',
    'migrations',
  ),
};

/** Any number that no other user of the database takes for a lock of its own. */
const ADVISORY_LOCK = 4_817_320_261;
const LOCK_WAIT_MS = 10_000;
const TRIES_MEANWHILE = 5;

function isLocked(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'MigrationLocked';
}

/** Replicas that start together take turns; a process that dies gives its turn back, which the lock of knex does not. */
async function applyInTurn(knex: Knex): Promise<void> {
  await knex.transaction(async tx => {
    // It stands still while the migrations run on other connections.
    await tx.raw('set local idle_in_transaction_session_timeout = 0');
    await tx.raw('select pg_advisory_xact_lock(?)', [ADVISORY_LOCK]);
    await knex.migrate.forceFreeMigrationsLock(config);
    await knex.migrate.latest(config);
  });
}

/** A file has hardly two users. One that still holds the lock after so long was killed. */
async function applyPatiently(knex: Knex, waitMs: number): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      await knex.migrate.latest(config);
      return;
    } catch (error) {
      if (!isLocked(error)) {
        throw error;
      }
    }
    if (performance.now() > deadline) {
      await knex.migrate.forceFreeMigrationsLock(config);
    }
    await sleep(waitMs / TRIES_MEANWHILE);
  }
}

/**
 * Brings the schema to the newest version. Safe to call from several replicas at once, and after one was killed doing it.
 *
 * @param lockWaitMs - after which a lock of a SQLite file is taken for one of a process that was killed
 */
export async function applyMigrations(
  knex: Knex,
  lockWaitMs = LOCK_WAIT_MS,
): Promise<void> {
  await (isPostgres(knex)
    ? applyInTurn(knex)
    : applyPatiently(knex, lockWaitMs));
}

/** Takes the schema back to nothing. */
export async function revertMigrations(knex: Knex): Promise<void> {
  await knex.migrate.rollback(config, true);
}
