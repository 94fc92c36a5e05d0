import path from 'node:path';
import { ensureChromium } from '../lib/chromium.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';
import { buildApp } from '../lib/portal.mjs';

/** The portal in a real Chromium; screenshots go to test-results/screenshots. */
export async function browser(prepared, results) {
  const chromium = await ensureChromium();
  await buildApp(prepared);
  return nodeTest(prepared, {
    files: [
      'tests/browser/portal.test.mjs',
      'tests/browser/comparison.test.mjs',
      'tests/browser/roles.test.mjs',
      'tests/browser/pages.test.mjs',
    ],
    env: {
      CHROMIUM_PATH: chromium,
      ARENA_SCREENSHOTS: path.join(results, 'screenshots'),
    },
  });
}
