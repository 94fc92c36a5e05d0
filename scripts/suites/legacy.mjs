import path from 'node:path';
import { ensureChromium } from '../lib/chromium.mjs';
import { inFreshPortal } from './install.mjs';

/** The same on the old frontend system, in a real Chromium; screenshots go to test-results/screenshots. */
export async function legacy(prepared, results) {
  return inFreshPortal(prepared, 'legacy', {
    CHROMIUM_PATH: await ensureChromium(),
    ARENA_SCREENSHOTS: path.join(results, 'screenshots'),
  });
}
