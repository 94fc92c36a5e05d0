import path from 'node:path';
import { jest } from '../lib/jest.mjs';

/** Load tests by workers and as jobs, by the server's own log, at rates and with faults for which the machine must do nothing else. */
export async function load(prepared, results) {
  return jest(prepared, {
    report: path.join(results, 'load'),
    pattern: '\\.load\\.test',
    args: ['--maxWorkers=1'],
  });
}
