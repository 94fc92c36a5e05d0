import { spawn } from 'node:child_process';
import path from 'node:path';
import { once } from 'node:events';
import { say } from './log.mjs';
import { root } from './paths.mjs';

/**
 * Starts PostgreSQL for tests; it ends with this process, whatever happens.
 *
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startPostgres({ node, env }) {
  say('Starting PostgreSQL');
  const child = spawn(
    node,
    [
      '--require',
      path.join(root, 'node_modules/@backstage/cli/config/nodeTransform.cjs'),
      path.join(root, 'packages/arena-devcluster/src/cli.ts'),
      'postgres',
    ],
    { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const url = await new Promise((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', chunk => {
      output += chunk;
      if (output.includes('\n')) resolve(JSON.parse(output).url);
    });
    child.once('error', reject);
    child.once('exit', code =>
      reject(new Error(`PostgreSQL ended with status ${code}`)),
    );
  });
  return {
    url,
    async stop() {
      const exited = once(child, 'exit');
      // The server stops when its standard input ends.
      child.stdin.end();
      await exited;
    },
  };
}
