import path from 'node:path';
import { jest } from '../lib/jest.mjs';

/** Kinds of tests that have a suite of their own. */
export const OTHERS = ['cluster', 'datagen', 'load', 'long', 'page', 'restore'];

/** Everything that needs no process beside it; databases are SQLite in memory. */
export async function unit(prepared, results) {
  return jest(prepared, {
    report: path.join(results, 'unit'),
    pattern: '\\.test\\.',
    ignore: `(integration|\\.(${OTHERS.join('|')}))\\.test`,
    args: ['--maxWorkers=2'],
  });
}
