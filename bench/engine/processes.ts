import { ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packedFolder } from './packages';

const TRANSFORM = require.resolve('@backstage/cli/config/nodeTransform.cjs');
const SAMPLE_MS = 50;

/** What a process that ended by itself has used. */
export interface Use {
  seconds: number;
  peakMiB: number;
}

function forkPart(file: string, args: string[]): ChildProcess {
  return fork(join(__dirname, file), args, {
    execArgv: ['--require', TRANSFORM, ...profile()],
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function profile(): string[] {
  const directory = process.env.ARENA_BENCH_PROFILE;
  return directory ? ['--cpu-prof', '--cpu-prof-dir', directory] : [];
}

/** Starts the model server. */
export async function startServer(): Promise<{
  url: string;
  stop(): void;
}> {
  const child = forkPart('server.ts', []);
  const { url } = await nextAnswer<{ url: string }>(child);
  return { url, stop: () => child.disconnect() };
}

/** Starts the portal. It ends, with its workers, when it is told to stop. */
export async function startPortal(config: string): Promise<{
  url: string;
  /** What it holds now. */
  memoryMiB(): Promise<number>;
  stop(): Promise<void>;
}> {
  const child = forkPart('portal.ts', ['--config', config]);
  const { url } = await Promise.race([
    nextAnswer<{ url: string }>(child),
    failure(child),
  ]);
  return {
    url,
    async memoryMiB() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1_024;
    },
    async stop() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

/** Runs a part of the benchmark to its end; returns what it says and what it used. */
export async function runPart<T>(
  file: string,
  args: string[],
): Promise<T & Use> {
  const child = forkPart(file, args);
  const [answer, use] = await Promise.all([
    Promise.race([nextAnswer<T>(child), failure(child)]),
    measure(child),
  ]);
  return { ...answer, ...use };
}

/** Runs the command line to its end, with nothing but its own process in the account. */
export async function runArena(args: string[]): Promise<Use> {
  const child = spawn(
    process.execPath,
    [...profile(), join(packedFolder('arena-worker'), 'bin/arena'), ...args],
    {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const use = await measure(child);
  if (child.exitCode !== 0) {
    throw new Error(`arena ${args[0]} ended with status ${child.exitCode}`);
  }
  return use;
}

/** Others talk over the channel as well: the loader of sources does. */
async function nextAnswer<T>(child: ChildProcess): Promise<T> {
  for (;;) {
    const [message] = await once(child, 'message');
    if (message.bench) return message.bench;
  }
}

async function failure(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`A process ended with status ${code} before it answered`);
}

async function measure(child: ChildProcess): Promise<Use> {
  const begin = performance.now();
  let peakMiB = 0;
  const sample = async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(
      // It has just ended.
      () => '',
    );
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
    if (kilobytes) peakMiB = Math.max(peakMiB, Number(kilobytes) / 1_024);
  };
  const timer = setInterval(sample, SAMPLE_MS);
  await once(child, 'exit');
  clearInterval(timer);
  return { seconds: (performance.now() - begin) / 1_000, peakMiB };
}
