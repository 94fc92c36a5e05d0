import path from 'node:path';
import { jestTwice } from '../lib/jestTwice.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';
import { startPostgres } from '../lib/postgres.mjs';
import { installSourceServers } from '../lib/sourceServers.mjs';
import { sum } from '../lib/sum.mjs';
import { CHAOS_TESTS } from './chaos.mjs';
import { onPostgres } from './databases.mjs';

/**
 * Stores on a real PostgreSQL, tests that start processes, and faults of the whole system.
 */
export async function integration(prepared, results) {
  await installSourceServers(prepared);
  const postgres = await startPostgres(prepared);
  try {
    const counts = [
      await onPostgres(prepared, results, postgres, { only: 'stores' }),
      await jestTwice(prepared, {
        report: path.join(results, 'integration'),
        pattern: 'integration\\.test',
        workers: 2,
        env: {
          BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: postgres.url,
        },
      }),
      await nodeTest(prepared, { files: CHAOS_TESTS }),
    ];
    return sum(counts);
  } finally {
    await postgres.stop();
  }
}
