import path from 'node:path';
import { jest } from '../lib/jest.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';
import { startPostgres } from '../lib/postgres.mjs';
import { buildApp } from '../lib/portal.mjs';

/**
 * Databases on a real PostgreSQL, tests that start processes, and kills of the whole system.
 */
export async function integration(prepared, results) {
  const postgres = await startPostgres(prepared);
  try {
    const counts = [
      await jest(prepared, {
        report: path.join(results, 'databases.json'),
        args: ['--maxWorkers=2', '--testPathPatterns', '\\.db\\.test'],
        env: {
          ARENA_TEST_DATABASES: 'POSTGRES_18',
          BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: postgres.url,
        },
      }),
      await jest(prepared, {
        report: path.join(results, 'integration.json'),
        args: ['--maxWorkers=1', '--testPathPatterns', 'integration\\.test'],
        env: {
          BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: postgres.url,
        },
      }),
    ];
    await buildApp(prepared);
    counts.push(
      await nodeTest(prepared, {
        files: ['tests/system/kill.test.mjs'],
        env: { ARENA_TEST_POSTGRES: postgres.url },
      }),
    );
    return sum(counts);
  } finally {
    await postgres.stop();
  }
}

function sum(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) {
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  return total;
}
