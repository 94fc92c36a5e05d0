import path from 'node:path';
import { ensureChromium } from '../lib/chromium.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';
import { buildApp } from '../lib/portal.mjs';
import { startPostgres } from '../lib/postgres.mjs';

const ALL = ['portal', 'comparison', 'roles'];
const ALL_LOOKS = { ARENA_ALL_LOOKS: '1' };

/** The portal in a real Chromium; screenshots go to test-results/screenshots. Roles on PostgreSQL, all else on SQLite. */
export function browser(prepared, results) {
  return inChromium(prepared, results, { files: ['portal', 'roles'] });
}

/** The same, with the comparison of runs, and each page in each language, theme and width. */
export function browserAll(prepared, results) {
  return inChromium(prepared, results, { files: ALL, env: ALL_LOOKS });
}

/** All of it on PostgreSQL. */
export async function browserPostgres(prepared, results) {
  const postgres = await startPostgres(prepared);
  try {
    return await inChromium(prepared, results, {
      files: ALL,
      env: { ...ALL_LOOKS, ARENA_TEST_POSTGRES: postgres.url },
    });
  } finally {
    await postgres.stop();
  }
}

async function inChromium(prepared, results, { files, env }) {
  const chromium = await ensureChromium();
  await buildApp(prepared);
  return nodeTest(prepared, {
    files: files.map(name => `tests/browser/${name}.test.mjs`),
    env: {
      CHROMIUM_PATH: chromium,
      ARENA_SCREENSHOTS: path.join(results, 'screenshots'),
      ...env,
    },
  });
}
