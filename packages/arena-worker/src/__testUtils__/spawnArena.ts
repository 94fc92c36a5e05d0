import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';

/** The executable, as users start it. */
// eslint-disable-next-line no-restricted-syntax
export const ARENA_BIN = resolve(__dirname, '../../bin/arena');

export interface ArenaExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningArena {
  child: ChildProcess;
  /** Standard error so far. */
  stderr(): string;
  exited: Promise<ArenaExit>;
}

export interface SpawnArenaOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  input?: string;
  /** As launchers do. */
  ipc?: boolean;
}

/** Starts `arena` in a process of its own, without the environment of the tests. */
export function spawnArena(
  args: string[],
  options: SpawnArenaOptions = {},
): RunningArena {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, [ARENA_BIN, ...args], {
    cwd: options.cwd,
    env: { PATH, HOME, TMPDIR, NO_COLOR: '1', ...options.env },
    stdio: options.ipc
      ? ['pipe', 'pipe', 'pipe', 'ipc']
      : ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr!.on('data', chunk => {
    stderr += chunk;
  });
  child.stdin!.on('error', () => {});
  if (!options.ipc) child.stdin!.end(options.input ?? '');
  const exited = (async () => {
    // Not the event `close`: it does not come once the IPC channel was disconnected from this side.
    const [[code, signal]] = await Promise.all([
      once(child, 'exit'),
      finished(child.stdout!),
      finished(child.stderr!),
    ]);
    return { code, signal, stdout, stderr };
  })();
  return { child, stderr: () => stderr, exited };
}

export function runArena(
  args: string[],
  options: SpawnArenaOptions = {},
): Promise<ArenaExit> {
  return spawnArena(args, options).exited;
}
