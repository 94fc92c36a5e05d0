import { freePort } from '@backstage-arena/arena-devcluster';
import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackendAnswers, BackendRequest, WorkerOrder } from './messages';

const TRANSFORM = require.resolve('@backstage/cli/config/nodeTransform.cjs');

/** The backend process. */
export interface Backend {
  /** Of the plugin. */
  readonly url: string;
  ask<T extends BackendRequest['type']>(
    type: T,
    request: Extract<BackendRequest, { type: T }>,
  ): Promise<BackendAnswers[T]>;
  stop(): Promise<void>;
}

interface Answer {
  ready?: string | boolean;
  result?: unknown;
  accepted?: number;
  error?: string;
}

function start(file: string, args: string[] = []): ChildProcess {
  return fork(join(__dirname, file), args, {
    execArgv: [
      '--require',
      TRANSFORM,
      ...(process.env.ARENA_BENCH_PROFILE
        ? ['--cpu-prof', '--cpu-prof-dir', process.env.ARENA_BENCH_PROFILE]
        : []),
    ],
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The next message of a process. Fails when it ends instead, or reports an error. */
async function nextAnswer(child: ChildProcess): Promise<Answer> {
  const abort = new AbortController();
  try {
    const answer = await Promise.race([
      nextMessage(child, abort.signal),
      once(child, 'exit', { signal: abort.signal }).then(([code]): Answer => {
        throw new Error(`A process ended with status ${code}`);
      }),
    ]);
    if (answer.error) throw new Error(answer.error);
    return answer;
  } finally {
    abort.abort();
  }
}

/** Others talk over the channel as well: Backstage asks a development server for data. */
async function nextMessage(
  child: ChildProcess,
  signal: AbortSignal,
): Promise<Answer> {
  for (;;) {
    const [message] = await once(child, 'message', { signal });
    if (message.bench) return message.bench;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  // Both processes end when they are alone.
  child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exit;
  clearTimeout(timer);
}

export async function startBackend(database: object): Promise<Backend> {
  const directory = await mkdtemp(join(tmpdir(), 'arena-bench-config-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const config = join(directory, 'app-config.json');
  await writeFile(
    config,
    JSON.stringify({
      app: { baseUrl, title: 'Benchmark' },
      backend: {
        baseUrl,
        listen: { host: '127.0.0.1', port },
        database,
        auth: { dangerouslyDisableDefaultAuthPolicy: true },
      },
      catalog: { locations: [] },
    }),
  );
  const child = start('backend.ts', ['--config', config]);
  const { ready } = await nextAnswer(child);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    url: String(ready),
    ask(_type, request) {
      // One question at a time, so that answers need no names.
      const answer = turn.then(async () => {
        const next = nextAnswer(child);
        child.send({ bench: request });
        return (await next).result;
      });
      turn = answer.catch(() => {});
      return answer as Promise<BackendAnswers[typeof request.type]> as never;
    },
    async stop() {
      await stop(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Starts a process for the workers, which waits for `start`. */
export async function startWorkers(order: WorkerOrder) {
  const child = start('worker.ts');
  await nextAnswer(child);
  let outcome: Promise<Answer> | undefined;
  let failure: unknown;
  return {
    start() {
      outcome = nextAnswer(child);
      outcome.catch(error => {
        failure = error;
      });
      child.send({ bench: order });
    },
    /** Throws when the workers failed. */
    check() {
      if (failure) throw failure;
    },
    /** Items that were accepted. */
    async done() {
      return (await outcome)?.accepted;
    },
    stop() {
      child.kill('SIGKILL');
    },
  };
}
