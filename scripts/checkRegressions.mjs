// `npm run check:regressions`: a thousand pairs of runs of the same, and of such that lost ten points, simulated and executed by the engine.
// Takes some minutes; `npm test` looks at a sample.
import path from 'node:path';
import { root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const SUITES = [
  ['plugins/arena-common', 'statistics/comparison/power', ''],
  // The engine loads libraries as real modules.
  ['packages/arena-engine', 'runner/regressions', '--experimental-vm-modules'],
];

const prepared = await prepare();
for (const [folder, pattern, options] of SUITES) {
  const { code } = await run(
    prepared.node,
    [
      path.join(root, 'node_modules/@backstage/cli/bin/backstage-cli'),
      ...['package', 'test', '--watch=false', '--maxWorkers=1', pattern],
    ],
    {
      cwd: path.join(root, folder),
      env: {
        ...prepared.env,
        NODE_OPTIONS: `${prepared.env.NODE_OPTIONS ?? ''} ${options}`.trim(),
        ARENA_REGRESSIONS: 'all',
      },
    },
  );
  if (code !== 0) process.exit(code);
}
