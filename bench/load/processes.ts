import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const TRANSFORM = require.resolve('@backstage/cli/config/nodeTransform.cjs');

function forkPart(
  file: string,
  args: string[],
  flags: readonly string[] = [],
): ChildProcess {
  return fork(file, args, {
    execArgv: [...flags, '--require', TRANSFORM, ...profile()],
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function profile(): string[] {
  const directory = process.env.ARENA_BENCH_PROFILE;
  return directory ? ['--cpu-prof', '--cpu-prof-dir', directory] : [];
}

/** The transform of the sources sends messages of its own. */
function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { bench?: T }) => {
      if (message.bench !== undefined) resolve(message.bench);
    });
    child.on('exit', code => reject(new Error(`A part ended with ${code}`)));
  });
}

/** Starts a part that serves the others, and returns what it says once it does. */
export async function startPart<T extends object>(
  file: string,
  args: string[] = [],
): Promise<T & { stop(): void }> {
  const child = forkPart(join(__dirname, file), args);
  const answer = await answerOf<T>(child);
  return { ...answer, stop: () => child.disconnect() };
}

/** Starts the model server of the benchmark of the engine. */
export function startServer(): Promise<{ url: string; stop(): void }> {
  return startPart<{ url: string }>('../engine/server.ts');
}

/** Runs a part in a process of its own, with flags of Node.js, and returns what it says at its end. */
export async function runPart<T>(
  file: string,
  args: string[],
  flags?: readonly string[],
): Promise<T> {
  const child = forkPart(join(__dirname, file), args, flags);
  const exited = once(child, 'exit');
  const answer = await answerOf<T>(child);
  await exited;
  return answer;
}
