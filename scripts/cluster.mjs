// `yarn cluster up|down|status`: a Kubernetes cluster to try things on; it stays until it is taken down.
import { devclusterArgs } from './lib/devcluster.mjs';
import { root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { node, env } = await prepare();
const { code } = await run(
  node,
  devclusterArgs('cluster', ...process.argv.slice(2)),
  { cwd: root, env },
);
process.exit(code);
