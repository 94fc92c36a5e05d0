// `npm run -s arena -- ARGS`: the command line on a fresh machine. Prepares first, in silence on standard output.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';

// Standard output belongs to the command; what preparing says goes to standard error.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
const { node, env } = await prepare();
process.stdout.write = write;

const child = spawn(
  node,
  [
    path.join(root, 'packages', 'arena-worker', 'bin', 'arena'),
    ...process.argv.slice(2),
  ],
  {
    env: { ...env, INIT_CWD: process.env.INIT_CWD ?? process.cwd() },
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => child.kill(signal));
}
child.once('exit', (code, signal) => process.exit(signal ? 130 : code));
