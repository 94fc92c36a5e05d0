import path from 'node:path';
import { ensureChromium } from '../lib/chromium.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';
import { buildApp } from '../lib/portal.mjs';
import { startPostgres } from '../lib/postgres.mjs';

/** The portal in a real Chromium; screenshots go to test-results/screenshots. Roles on PostgreSQL, all else on SQLite. */
export function browser(prepared, results) {
  return inChromium(prepared, results, {});
}

/** The same on PostgreSQL. */
export async function browserPostgres(prepared, results) {
  const postgres = await startPostgres(prepared);
  try {
    return await inChromium(prepared, results, {
      ARENA_TEST_POSTGRES: postgres.url,
    });
  } finally {
    await postgres.stop();
  }
}

async function inChromium(prepared, results, env) {
  const chromium = await ensureChromium();
  await buildApp(prepared);
  return nodeTest(prepared, {
    files: ['portal', 'comparison', 'roles'].map(
      name => `tests/browser/${name}.test.mjs`,
    ),
    env: {
      CHROMIUM_PATH: chromium,
      ARENA_SCREENSHOTS: path.join(results, 'screenshots'),
      ...env,
    },
  });
}
