// `npm run bench:control-plane -- ARGS`: prepares, starts PostgreSQL, runs the benchmark with the given arguments.
import path from 'node:path';
import { root } from './lib/paths.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const prepared = await prepare();
const postgres = await startPostgres(prepared);
const { code } = await run(
  prepared.node,
  [
    '--require',
    path.join(root, 'node_modules/@backstage/cli/config/nodeTransform.cjs'),
    path.join(root, 'bench/controlPlane/main.ts'),
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    env: { ...prepared.env, ARENA_BENCH_POSTGRES: postgres.url },
  },
).finally(() => postgres.stop());
process.exit(code);
