import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { CliError } from './errors';
import { resolveFromCaller } from './paths';

export interface BundlePath {
  directory: string;
  /** Absent: the default name. */
  arenaFile?: string;
}

/** A bundle is named by its folder or by its arena file. */
export async function findBundle(path: string): Promise<BundlePath> {
  const absolute = resolveFromCaller(path);
  const info = await stat(absolute).catch(error => {
    throw new CliError(`'${path}' cannot be read: ${error.message}`);
  });
  return info.isDirectory()
    ? { directory: absolute }
    : { directory: dirname(absolute), arenaFile: basename(absolute) };
}
