import path from 'node:path';
import { jest } from '../lib/jest.mjs';

/** The ten thousand rows of the specification's example, with workers that are killed; `npm test` has six hundred of them. */
export async function datagen(prepared, results) {
  return jest(prepared, {
    report: path.join(results, 'datagen'),
    pattern: '\\.datagen\\.test',
    args: ['--maxWorkers=1'],
  });
}
