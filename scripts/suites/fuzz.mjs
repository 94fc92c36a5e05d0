import path from 'node:path';
import { jest } from '../lib/jest.mjs';

const RUNS = '300';

/** Generated and damaged bundles against the engine; `npm test` has a few of them. */
export async function fuzz(prepared, results) {
  return jest(prepared, {
    report: path.join(results, 'fuzz'),
    pattern: 'src/(fuzz|bundle/lint)/fuzz\\.test',
    workers: 1,
    env: { ARENA_FUZZ_RUNS: process.env.ARENA_FUZZ_RUNS ?? RUNS },
  });
}
