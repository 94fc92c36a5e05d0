// `npm run check:schedules`: compares schedules with every minute around every change of the clock of every time zone from 2020 to 2037, and runs a
// year of fifty schedules on both databases, against what the rules say of each time. Takes about an hour; `npm test` looks at a sample.
// `npm run check:schedules -- --only fires,sqlite,postgres` does some of it.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { say } from './lib/log.mjs';
import { root } from './lib/paths.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const CHECKS = {
  fires: prepared =>
    test(prepared, 'plugins/arena-common', 'scheduledFires.property'),
  sqlite: prepared => test(prepared, 'plugins/arena-backend', 'schedulesModel'),
  async postgres(prepared) {
    const postgres = await startPostgres(prepared);
    try {
      return await test(prepared, 'plugins/arena-backend', 'schedulesModel', {
        ARENA_TEST_DATABASES: 'POSTGRES_18',
        BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: postgres.url,
        BACKSTAGE_TEST_DISABLE_DOCKER: '1',
      });
    } finally {
      await postgres.stop();
    }
  },
};

async function test(prepared, folder, pattern, env = {}) {
  const { code } = await run(
    prepared.node,
    [
      path.join(root, 'node_modules/@backstage/cli/bin/backstage-cli'),
      ...[
        'package',
        'test',
        '--watch=false',
        '--maxWorkers=1',
        '--verbose=false',
        pattern,
      ],
    ],
    {
      cwd: path.join(root, folder),
      env: { ...prepared.env, ...env, ARENA_SCHEDULES: 'all' },
    },
  );
  return code;
}

const { values: flags } = parseArgs({ options: { only: { type: 'string' } } });
const names = flags.only?.split(',') ?? Object.keys(CHECKS);
for (const name of names) {
  if (!(name in CHECKS)) {
    process.stderr.write(
      `--only: unknown check '${name}': allowed are ${Object.keys(CHECKS).join(
        ', ',
      )}\n`,
    );
    process.exit(1);
  }
}
const prepared = await prepare();
for (const name of names) {
  const start = Date.now();
  const code = await CHECKS[name](prepared);
  const seconds = Math.round((Date.now() - start) / 1_000);
  say(`Check '${name}': ${code === 0 ? 'passed' : 'failed'} in ${seconds} s`);
  if (code !== 0) process.exit(code);
}
