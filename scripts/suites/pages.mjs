import path from 'node:path';
import { jest } from '../lib/jest.mjs';

/** Whole pages of the portal in jsdom, with all that they may be told; `npm test` opens them in a browser, but for a comparison of runs. */
export async function pages(prepared, results) {
  return jest(prepared, {
    report: path.join(results, 'pages'),
    pattern: '\\.page\\.test',
    args: ['--maxWorkers=2'],
  });
}
