// `npm run check:schedules`: compares schedules with every minute around every change of the clock of every time zone from 2020 to 2037, and runs a
// year of fifty schedules on both databases. Takes hours; `npm test` looks at a sample.
import path from 'node:path';
import { root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const SUITES = [
  ['plugins/arena-common', 'scheduledFires.property'],
  ['plugins/arena-backend', 'schedulesModel'],
];

const prepared = await prepare();
for (const [folder, pattern] of SUITES) {
  const { code } = await run(
    prepared.node,
    [
      path.join(root, 'node_modules/@backstage/cli/bin/backstage-cli'),
      ...['package', 'test', '--watch=false', '--maxWorkers=1', pattern],
    ],
    {
      cwd: path.join(root, folder),
      env: { ...prepared.env, ARENA_SCHEDULES: 'all' },
    },
  );
  if (code !== 0) process.exit(code);
}
