import path from 'node:path';
import { jestTwice } from '../lib/jestTwice.mjs';
import { OTHER_KINDS } from './kinds.mjs';

/** Everything that needs no process beside it; databases are SQLite in memory. */
export async function unit(prepared, results) {
  return jestTwice(prepared, {
    report: path.join(results, 'unit'),
    pattern: '\\.test\\.',
    ignore: `(integration|\\.(${OTHER_KINDS.join('|')}))\\.test`,
    workers: 2,
  });
}
