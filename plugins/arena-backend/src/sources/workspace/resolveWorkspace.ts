import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { errnoCode } from './errnoCode';

/** True when a path is a folder or in it. Both must be free of links. */
export function isWithin(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
}

async function realpathIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoCode(error) ?? '')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Finds the folder of a source in the folders that the administrator has opened; the first that has it wins.
 *
 * @returns its path without links
 */
export async function resolveWorkspace(
  path: string,
  roots: readonly string[],
): Promise<string> {
  const field = 'spec.workspace.path';
  const steps = path.split(/[\\/]/);
  if (
    path === '' ||
    path.includes('\0') ||
    isAbsolute(path) ||
    steps.includes('..')
  ) {
    throw new InputError(
      `${field}: Invalid value: ${JSON.stringify(
        path,
      )}: must be a relative path without ".." inside one of the folders of arena.workspaceRoots`,
    );
  }
  if (roots.length === 0) {
    throw new NotAllowedError(
      `${field}: Forbidden: no folder is open for sources of type workspace; an administrator opens some with arena.workspaceRoots in app-config`,
    );
  }
  for (const root of roots) {
    const realRoot = await realpathIfThere(root);
    const folder = realRoot && (await realpathIfThere(resolve(realRoot, path)));
    if (folder) {
      if (!isWithin(realRoot, folder)) {
        throw new NotAllowedError(
          `${field}: Forbidden: "${path}" is a link that leaves the folder which arena.workspaceRoots opens`,
        );
      }
      if (!(await stat(folder)).isDirectory()) {
        throw new InputError(
          `${field}: Invalid value: "${path}": is not a folder`,
        );
      }
      return folder;
    }
  }
  throw new NotFoundError(
    `${field}: Not found: "${path}": no such folder in any of the ${roots.length} folders of arena.workspaceRoots`,
  );
}
