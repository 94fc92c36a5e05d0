// Seeded faults against the whole system, and a check of what came of it: see docs/reliability.md. `npm test` runs one seed on each database;
// `npm test -- --only chaos` those that once found something, and ten more. ARENA_CHAOS_SEEDS=3,7 runs those.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseSeeds } from '../../scripts/lib/parseSeeds.mjs';
import { openBench } from './lib/openBench.mjs';
import { DATABASES } from './lib/planOf.mjs';
import { LONGEST_MS, runSeed } from './lib/runSeed.mjs';
import { TELLING_SEEDS } from './seeds.mjs';

/** One restarts the backend twice, the other crashes the database; between them they have four of the six workloads. */
const SHORT = [
  { seed: 8, database: 'sqlite' },
  { seed: 4, database: 'postgresql' },
];

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

// One on each database may run at the same time: what crashes PostgreSQL would strike the other as well.
describe('chaos', { concurrency: wanted ? 1 : SHORT.length }, () => {
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
});
