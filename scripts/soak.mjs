// `npm run -s soak`: a portal at work without a pause, and whether memory, handles, query times and the growth of the database stay as they are.
// `--minutes N` (default 20), `--database sqlite|postgresql` (default sqlite).
import { parseArgs } from 'node:util';
import { openBench } from '../tests/chaos/lib/openBench.mjs';
import { judgeSoak } from '../tests/soak/lib/judgeSoak.mjs';
import { runSoak } from '../tests/soak/lib/runSoak.mjs';
import { checkDatabase } from './lib/checkDatabase.mjs';

const FEWEST_MINUTES = 5;

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    database: { type: 'string', default: 'sqlite' },
  },
});

async function main() {
  const minutes = Number(flags.minutes);
  if (!(minutes >= FEWEST_MINUTES && minutes < Infinity)) {
    throw new Error(
      `--minutes: '${flags.minutes}' is not allowed: it must be a number from ${FEWEST_MINUTES}`,
    );
  }
  checkDatabase(flags.database);
  const bench = await openBench({
    withPostgres: flags.database === 'postgresql',
  });
  try {
    const { samples, jobs, faults } = await runSoak({ ...bench, minutes, say });
    faults.forEach(fault => say(fault));
    if (faults.length > 0) return 1;
    say(
      `jobs: ${Object.entries(jobs)
        .map(([phase, count]) => `${count} ${phase}`)
        .join(', ')}`,
    );
    const figures = judgeSoak(samples);
    for (const { what, before, after, most, isFlat } of figures) {
      say(
        `${isFlat ? 'flat ' : 'GROWS'} ${what}: ${before.toFixed(
          2,
        )} in the second quarter, ${after.toFixed(
          2,
        )} in the last (at most ${most} times)`,
      );
    }
    return figures.every(({ isFlat }) => isFlat) ? 0 : 1;
  } finally {
    await bench.close();
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
