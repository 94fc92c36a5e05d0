import path from 'node:path';
import { jest } from '../lib/jest.mjs';
import { startPostgres } from '../lib/postgres.mjs';

/** Speak to databases through what has tests of its own: on SQLite they are run by `unit`, on PostgreSQL by `databases`. */
const ABOVE_STORES =
  'arena-backend/src/(api|datasets|loads|metrics|workerApi)/|(Controller|schedulesModel)\\.db';

/** Everything that keeps something, on a real PostgreSQL. */
export async function databases(prepared, results) {
  const postgres = await startPostgres(prepared);
  try {
    return await onPostgres(prepared, results, postgres);
  } finally {
    await postgres.stop();
  }
}

/**
 * @param {{ url: string }} postgres
 * @param {{ only?: 'stores' }} [options]
 */
export function onPostgres(prepared, results, postgres, { only } = {}) {
  return jest(prepared, {
    report: path.join(results, `databases-${only ?? 'all'}`),
    pattern: '\\.db\\.test',
    ...(only === 'stores' && { ignore: ABOVE_STORES }),
    workers: 2,
    env: {
      ARENA_TEST_DATABASES: 'POSTGRES_18',
      BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: postgres.url,
    },
  });
}
