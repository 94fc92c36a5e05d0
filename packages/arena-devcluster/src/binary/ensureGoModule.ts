import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageFolder } from '../packageFolder';
import { digestOf } from './digestOf';
import { ensureBuilt } from './ensureBuilt';
import { go, goVersion } from './go';
import { Progress } from './Progress';
import { userCache } from './userCache';

/** Options of {@link ensureGoModule}. */
export interface GoModuleOptions {
  /** Its folder in this package, and the name of its program. */
  name: string;
  /** What it is, for people, with how long it takes. */
  what: (goMod: string) => string;
  linkerFlags: (goMod: string) => string;
  progress: Progress;
}

/**
 * Path of the program of a Go module in this package, built the first time.
 */
export async function ensureGoModule(
  options: GoModuleOptions,
): Promise<string> {
  const { name, what, linkerFlags, progress } = options;
  const sources = packageFolder(name);
  const files = await Promise.all(
    ['main.go', 'go.mod', 'go.sum'].map(file =>
      readFile(path.join(sources, file), 'utf8'),
    ),
  );
  const flags = linkerFlags(files[1]);
  const key = digestOf([...files, flags, await goVersion()]);
  const folder = await ensureBuilt({
    target: userCache(`${name}-${key}`),
    what: what(files[1]),
    replaces: `${name}-`,
    progress,
    async build(part) {
      await mkdir(part);
      const output = path.join(part, name);
      await go(
        ['build', '-trimpath', `-ldflags=${flags}`, `-o=${output}`, '.'],
        { cwd: sources },
      );
    },
  });
  return path.join(folder, name);
}
