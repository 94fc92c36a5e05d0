// Seeded faults against the whole system, and a check of what came of it: see docs/reliability.md. `npm test` runs one seed;
// `npm test -- --only chaos` those that once found something, and fifteen more. ARENA_CHAOS_SEEDS=3,7 runs those.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseSeeds } from '../../scripts/lib/parseSeeds.mjs';
import { openBench } from './lib/openBench.mjs';
import { DATABASES } from './lib/planOf.mjs';
import { LONGEST_MS, runSeed } from './lib/runSeed.mjs';
import { TELLING_SEEDS } from './seeds.mjs';

/** Four kinds of jobs, in whose middle the database crashes and a worker is killed. */
const SHORT = [{ seed: 4, database: 'postgresql' }];

const { ARENA_CHAOS_SEEDS: wanted } = process.env;
const runs = wanted
  ? [
      ...TELLING_SEEDS,
      ...parseSeeds('ARENA_CHAOS_SEEDS', wanted).flatMap(seed =>
        DATABASES.map(database => ({ seed, database })),
      ),
    ]
  : SHORT;

let bench;
before(async () => {
  bench = await openBench({ withPostgres: true });
});
after(() => bench?.close());

for (const { seed, database, found } of runs) {
  const name = found ? `, which found: ${found}` : '';
  test(
    `nothing is lost and nothing is left on ${database}, seed ${seed}${name}`,
    { timeout: LONGEST_MS },
    async context => {
      const faults = await runSeed({
        ...bench,
        seed,
        database,
        say: line => context.diagnostic(line),
      });
      assert.equal(
        faults.length,
        0,
        `${faults.join(
          '\n',
        )}\nagain: npm run -s chaos -- --seed ${seed} --database ${database}`,
      );
    },
  );
}
