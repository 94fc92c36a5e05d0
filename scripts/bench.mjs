// `npm run bench:NAME -- ARGS`: prepares, starts what the benchmark needs, runs it with the given arguments.
import path from 'node:path';
import { root } from './lib/paths.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

/** Where each benchmark begins, and whether it needs PostgreSQL. */
const benchmarks = {
  'control-plane': { main: 'bench/controlPlane/main.ts', postgres: true },
  catalog: { main: 'bench/catalog/main.ts', postgres: false },
  kubernetes: { main: 'bench/kubernetes/main.ts', postgres: false },
  engine: { main: 'bench/engine/main.ts', postgres: false },
  load: { main: 'bench/load/main.ts', postgres: false },
  outputs: { main: 'bench/outputs/main.ts', postgres: false },
  comparison: { main: 'bench/comparison/main.ts', postgres: false },
};

const [name, ...args] = process.argv.slice(2);
const benchmark = benchmarks[name];
if (!benchmark) {
  process.stderr.write(
    `Unknown benchmark '${name}': allowed are ${Object.keys(benchmarks).join(
      ', ',
    )}\n`,
  );
  process.exit(2);
}

const prepared = await prepare();
const postgres = benchmark.postgres && (await startPostgres(prepared));
const { code } = await run(
  prepared.node,
  [
    '--require',
    path.join(root, 'node_modules/@backstage/cli/config/nodeTransform.cjs'),
    path.join(root, benchmark.main),
    ...args,
  ],
  {
    cwd: root,
    env: {
      ...prepared.env,
      ...(postgres && { ARENA_BENCH_POSTGRES: postgres.url }),
    },
  },
).finally(() => postgres && postgres.stop());
process.exit(code);
