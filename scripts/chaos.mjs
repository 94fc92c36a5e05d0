// `npm run -s chaos -- --seed N`: seeded faults against the whole system while jobs of all types run, and a check of what came of it.
// `--seeds 1-100` (or 3,7,20-30) runs many; `--database sqlite|postgresql` on one database instead of both.
import { parseArgs } from 'node:util';
import { DATABASES } from '../tests/chaos/lib/planOf.mjs';
import { openBench } from '../tests/chaos/lib/openBench.mjs';
import { runSeed } from '../tests/chaos/lib/runSeed.mjs';
import { checkDatabase } from './lib/checkDatabase.mjs';
import { parseSeeds } from './lib/parseSeeds.mjs';

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    database: { type: 'string' },
  },
});

async function main() {
  const { seed, seeds: several, database } = flags;
  if ((seed === undefined) === (several === undefined)) {
    throw new Error('Give --seed N, or --seeds such as 1-100 or 3,7,20-30');
  }
  const seeds = parseSeeds(
    seed === undefined ? '--seeds' : '--seed',
    seed ?? several,
  );
  if (database !== undefined) checkDatabase(database);
  const databases = database ? [database] : DATABASES;
  const bench = await openBench({
    withPostgres: databases.includes('postgresql'),
  });
  const failed = [];
  try {
    for (const number of seeds) {
      for (const name of databases) {
        const faults = await attempt({
          ...bench,
          seed: number,
          database: name,
        });
        if (faults.length === 0) continue;
        say(faults.map(fault => `  ${fault}`).join('\n'));
        const again = `npm run -s chaos -- --seed ${number} --database ${name}`;
        say(`  again: ${again}`);
        failed.push(again);
      }
    }
  } finally {
    await bench.close();
  }
  const count = seeds.length * databases.length;
  say(`${count - failed.length} of ${count} well`);
  failed.forEach(again => say(`failed: ${again}`));
  return failed.length === 0 ? 0 : 1;
}

/** One that breaks off does not keep the others from being tried. */
async function attempt(options) {
  try {
    return await runSeed({ ...options, say });
  } catch (error) {
    return [error.stack];
  }
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

// What was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(130));
}

main().then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
