import { spawn } from 'node:child_process';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { say } from './log.mjs';
import { root } from './paths.mjs';

/**
 * Starts PostgreSQL for tests; it ends with this process, whatever happens. `crash` ends the server at once, `start` starts it again with the
 * same data at the same address.
 *
 * @returns {Promise<{ url: string, crash: () => Promise<void>, start: () => Promise<void>, stop: () => Promise<void> }>}
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
  const lines = createInterface({ input: child.stdout });
  const ended = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', code =>
      reject(new Error(`PostgreSQL ended with status ${code}`)),
    );
  });
  // Told to whoever waits for a line.
  ended.catch(() => {});
  const nextLine = async () => {
    const [line] = await Promise.race([once(lines, 'line'), ended]);
    return line;
  };
  const order = async word => {
    const answer = nextLine();
    child.stdin.write(`${word}\n`);
    await answer;
  };
  const { url } = JSON.parse(await nextLine());
  return {
    url,
    crash: () => order('crash'),
    start: () => order('start'),
    async stop() {
      const exited = once(child, 'exit');
      // The server stops when its standard input ends.
      child.stdin.end();
      await exited;
    },
  };
}
