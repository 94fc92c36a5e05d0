import { ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { Figures } from './messages';

const TRANSFORM = require.resolve('@backstage/cli/config/nodeTransform.cjs');

/** A backend of the benchmark, which runs until it is stopped. */
export interface Portal {
  figures(): Promise<Figures>;
  /** Has the provider with everything ready hand it over. */
  ingest(): void;
  stop(): Promise<void>;
}

export async function startPortal(
  config: string,
  env: Record<string, string>,
): Promise<Portal> {
  const child = fork(join(__dirname, 'portal.ts'), ['--config', config], {
    execArgv: ['--require', TRANSFORM],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await answerOf(child);
  return {
    async figures() {
      const answer = answerOf<Figures>(child);
      child.send({ bench: 'figures' });
      return answer;
    },
    ingest() {
      child.send({ bench: 'ingest' });
    },
    async stop() {
      const exit = once(child, 'exit');
      child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await exit;
      clearTimeout(timer);
    },
  };
}

/** The next message of a process for the benchmark. Fails when it ends instead. */
async function answerOf<T>(child: ChildProcess): Promise<T> {
  for await (const [message] of on(child, 'message', { close: ['exit'] })) {
    if (message.bench) return message.bench;
  }
  throw new Error(`The portal ended with status ${child.exitCode}`);
}
