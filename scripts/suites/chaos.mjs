import { nodeTest } from '../lib/nodeTest.mjs';

const SEEDS = '1-10';

/** Seeded faults against the whole system: seeds that once found something, and ten more, on SQLite and on PostgreSQL. */
export function chaos(prepared) {
  return nodeTest(prepared, {
    files: [
      'tests/chaos/checkAccount.test.mjs',
      'tests/chaos/lib.test.mjs',
      'tests/chaos/chaos.test.mjs',
    ],
    env: { ARENA_CHAOS_SEEDS: process.env.ARENA_CHAOS_SEEDS ?? SEEDS },
  });
}
