import path from 'node:path';
import { jest } from '../lib/jest.mjs';

/** A backend on the backup of one whose run was in its middle; `npm test` has the same of its queue, on each database. */
export async function restore(prepared, results) {
  return jest(prepared, {
    report: path.join(results, 'restore'),
    pattern: '\\.restore\\.test',
    args: ['--maxWorkers=1'],
  });
}
