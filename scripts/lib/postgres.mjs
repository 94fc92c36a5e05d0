import { spawn } from 'node:child_process';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './log.mjs';
import { root } from './paths.mjs';

/** Longer than a server that is stopping, or starting after a crash, may take. */
const ORDER_MS = 90_000;

/**
 * Starts PostgreSQL for tests; it ends with this process, whatever happens. `crash` ends the server at once, `start` starts it again with the
 * same data at the same address; both say so when it has ended for good, or does not answer. `stop` also does for one that has ended.
 *
 * @param {{ node: string, env: NodeJS.ProcessEnv }} prepared
 * @param {{ orderMs?: number }} [options] - after `orderMs` an order is not waited for any more
 * @returns {Promise<{ url: string, crash: () => Promise<void>, start: () => Promise<void>, stop: () => Promise<void> }>}
 */
export async function startPostgres({ node, env }, options = {}) {
  const { orderMs = ORDER_MS } = options;
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
  let end;
  const ended = new Promise(resolve => {
    child.once('error', resolve);
    child.once('exit', (code, signal) =>
      resolve(new Error(`PostgreSQL ended with status ${code ?? signal}`)),
    );
  }).then(error => (end = error));
  // Its end follows.
  child.stdin.on('error', () => {});
  const nextLine = async () => {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      return await Promise.race([
        once(lines, 'line', { signal }).then(([line]) => line),
        ended.then(error => Promise.reject(error)),
        sleep(orderMs, undefined, { signal }).then(() =>
          Promise.reject(
            new Error(`PostgreSQL did not answer within ${orderMs} ms`),
          ),
        ),
      ]);
    } finally {
      waiting.abort();
    }
  };
  const order = async word => {
    if (end) throw end;
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
      // The server stops when its standard input ends.
      child.stdin.end();
      const waiting = new AbortController();
      const { signal } = waiting;
      const hasEnded = await Promise.race([
        ended.then(() => true),
        sleep(orderMs, false, { signal }).catch(() => false),
      ]);
      waiting.abort();
      if (hasEnded) return;
      child.kill('SIGKILL');
      await ended;
      throw new Error(`PostgreSQL did not stop within ${orderMs} ms`);
    },
  };
}
