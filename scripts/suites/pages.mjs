import path from 'node:path';
import { jest } from '../lib/jest.mjs';

/** Whole pages of the portal in jsdom, with all that they may be told; `npm test` opens the same pages in a browser. */
export async function pages(prepared, results) {
  return jest(prepared, {
    report: path.join(results, 'pages.json'),
    pattern: '\\.page\\.test',
    args: ['--maxWorkers=2'],
  });
}
