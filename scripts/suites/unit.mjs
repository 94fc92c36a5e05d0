import path from 'node:path';
import { jest } from '../lib/jest.mjs';

/** Everything that needs no process beside it; databases are SQLite in memory. */
export async function unit(prepared, results) {
  return jest(prepared, {
    report: path.join(results, 'unit.json'),
    pattern: '\\.test\\.',
    ignore: '(integration|\\.cluster|\\.load|\\.datagen|\\.restore)\\.test',
    args: ['--maxWorkers=2'],
  });
}
