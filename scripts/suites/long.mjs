import path from 'node:path';
import { jest } from '../lib/jest.mjs';
import { installSourceServers } from '../lib/sourceServers.mjs';

/** What tests one part in all its variants, with processes: a quarter of a minute and more for each file. */
export async function long(prepared, results) {
  await installSourceServers(prepared);
  return jest(prepared, {
    report: path.join(results, 'long'),
    pattern: '\\.long\\.test',
    args: ['--maxWorkers=2'],
  });
}
