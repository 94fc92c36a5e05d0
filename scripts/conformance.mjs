// `yarn conformance [DIR]`: runs `arena run` over every bundle of a corpus and compares the verdicts. Without DIR: the bundles of this
// repository, and the corpus of the original's verdicts where it lies beside the checkout.
import path from 'node:path';
import { root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const prepared = await prepare();
const { code } = await run(
  prepared.node,
  [
    '--require',
    path.join(root, 'node_modules/@backstage/cli/config/nodeTransform.cjs'),
    path.join(
      root,
      'packages/arena-engine/src/__testUtils__/runConformance.ts',
    ),
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    env: { ...prepared.env, INIT_CWD: process.env.INIT_CWD ?? process.cwd() },
  },
);
process.exit(code);
