import { NotFoundError } from '@backstage/errors';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../process/run';
import { findTool, toolPath } from './findTool';
import { digestOf } from './digestOf';
import { ensureBuilt } from './ensureBuilt';
import { Progress } from './Progress';
import { userCache } from './userCache';

/** Since this release Go fetches a newer one by itself when a module asks for it. */
const OLDEST_GO = 21;

/** Why nothing can be built with Go here; undefined when it can. */
export async function whyNoGo(): Promise<string | undefined> {
  const command = findTool('go');
  if (!command) return 'Go is not installed';
  const version = await run(command, ['env', 'GOVERSION']);
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1]);
  return minor >= OLDEST_GO
    ? undefined
    : `Go 1.${OLDEST_GO} or later is needed, ${command} is ${version.trim()}`;
}

/** Runs `go`; programs come out static, whatever the machine. */
export async function go(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const command = findTool('go');
  if (!command) {
    throw new NotFoundError('Go is not installed: see https://go.dev/dl');
  }
  return run(command, args, {
    cwd: options.cwd,
    env: {
      ...process.env,
      PATH: toolPath(),
      CGO_ENABLED: '0',
      GOFLAGS: '-buildvcs=false',
      ...options.env,
    },
  });
}

/** A program that is published as a Go module. */
export interface GoTool {
  /** Path of the package, for example `example.org/tool/cmd/tool`. */
  package: string;
  version: string;
  /** How long its first build takes, for people. */
  takes: string;
}

/**
 * Path of a program, built the first time.
 */
export async function ensureGoTool(
  tool: GoTool,
  progress: Progress,
): Promise<string> {
  // As Go names it: without the major version.
  const name = path.posix.basename(tool.package.replace(/\/v\d+$/, ''));
  const key = digestOf([tool.package, tool.version, await goVersion()]);
  const folder = await ensureBuilt({
    target: userCache(`${name}-${key}`),
    what: `${name} ${tool.version} (${tool.takes} the first time)`,
    progress,
    async build(part) {
      await mkdir(part);
      await go(
        [
          'install',
          '-trimpath',
          '-ldflags=-s -w',
          `${tool.package}@${tool.version}`,
        ],
        { env: { GOBIN: part } },
      );
    },
  });
  return path.join(folder, name);
}

export async function goVersion(): Promise<string> {
  return (await go(['version'])).trim();
}
