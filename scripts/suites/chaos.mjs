import { nodeTest } from '../lib/nodeTest.mjs';

const SEEDS = '1-10,102,110,119,125,130';

/** Seeds, and tests of what judges them. */
export const CHAOS_TESTS = [
  'tests/chaos/checkAccount.test.mjs',
  'tests/chaos/lib.test.mjs',
  'tests/soak/judgeSoak.test.mjs',
  'tests/chaos/chaos.test.mjs',
];

/** Seeded faults against the whole system: seeds that once found something, and some more, on SQLite and on PostgreSQL. */
export function chaos(prepared) {
  return nodeTest(prepared, {
    files: CHAOS_TESTS,
    env: { ARENA_CHAOS_SEEDS: process.env.ARENA_CHAOS_SEEDS ?? SEEDS },
  });
}
