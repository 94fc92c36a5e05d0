import { nodeTest } from '../lib/nodeTest.mjs';
import { buildApp } from '../lib/portal.mjs';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Kills of the whole system at ten seeded moments, on SQLite and on PostgreSQL. */
export async function kill(prepared) {
  await buildApp(prepared);
  return nodeTest(prepared, {
    files: ['tests/system/kill.test.mjs'],
    env: {
      ARENA_KILL_SEEDS: process.env.ARENA_KILL_SEEDS ?? SEEDS.join(','),
    },
  });
}
