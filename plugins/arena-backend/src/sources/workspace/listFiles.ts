import { InputError, NotAllowedError } from '@backstage/errors';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isWithin } from './resolveWorkspace';
import { WorkspaceLimits } from './WorkspaceLimits';

/** A file of a source. */
export interface WorkspaceFile {
  /** Path in the source, with slashes. */
  path: string;
  /** Where it is read, without links. */
  location: string;
  size: number;
  executable: boolean;
}

/** Belongs to the tools that made the folder, changes all the time, and is no part of a bundle. */
const IGNORED = new Set(['.git', '.hg', '.svn', '.DS_Store']);

function limitError(limit: keyof WorkspaceLimits, message: string): InputError {
  return new InputError(`${message} (limit ${limit})`);
}

/** Order of bytes: the same in every locale. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Lists the files of a folder in one order, following links that stay inside.
 *
 * @throws InputError, NotAllowedError
 */
export async function listFiles(
  folder: string,
  limits: WorkspaceLimits,
  signal: AbortSignal,
): Promise<WorkspaceFile[]> {
  const files: WorkspaceFile[] = [];
  let total = 0;

  const addFile = (file: WorkspaceFile) => {
    total += file.size;
    if (file.size > limits.maxFileBytes) {
      throw limitError(
        'maxFileBytes',
        `"${file.path}" has ${file.size} bytes, at most ${limits.maxFileBytes} are allowed in one file`,
      );
    }
    if (total > limits.maxTotalBytes) {
      throw limitError(
        'maxTotalBytes',
        `The folder has more than ${limits.maxTotalBytes} bytes in all`,
      );
    }
    files.push(file);
    if (files.length > limits.maxFiles) {
      throw limitError(
        'maxFiles',
        `The folder has more than ${limits.maxFiles} files`,
      );
    }
  };

  const resolveLink = async (path: string, location: string) => {
    let target: string;
    try {
      target = await realpath(location);
    } catch (error) {
      throw new InputError(
        `"${path}" is a link that leads nowhere (${error.code})`,
      );
    }
    if (!isWithin(folder, target)) {
      throw new NotAllowedError(
        `"${path}" is a link that leaves the folder of the source`,
      );
    }
    return target;
  };

  const visit = async (
    path: string,
    location: string,
    ancestors: readonly string[],
  ): Promise<void> => {
    signal.throwIfAborted();
    if (path.includes('\uFFFD')) {
      throw new InputError(`The name of "${path}" is not valid UTF-8`);
    }
    let stats = await lstat(location);
    let target = location;
    if (stats.isSymbolicLink()) {
      target = await resolveLink(path, location);
      stats = await lstat(target);
    }
    if (stats.isDirectory()) {
      await visitFolder(path, target, ancestors);
    } else if (stats.isFile()) {
      addFile({
        path,
        location: target,
        size: stats.size,
        executable: Math.trunc(stats.mode / 0o100) % 2 === 1,
      });
    } else {
      throw new InputError(
        `"${path}" is neither a file nor a folder nor a link`,
      );
    }
  };

  const visitFolder = async (
    path: string,
    location: string,
    ancestors: readonly string[],
  ): Promise<void> => {
    if (ancestors.includes(location)) {
      throw new InputError(`"${path}" is a link to a folder that it is in`);
    }
    if (ancestors.length > limits.maxDepth) {
      throw limitError(
        'maxDepth',
        `"${path}" lies more than ${limits.maxDepth} folders deep`,
      );
    }
    for (const name of await readdir(location)) {
      if (!IGNORED.has(name)) {
        await visit(
          path === '' ? name : `${path}/${name}`,
          join(location, name),
          [...ancestors, location],
        );
      }
    }
  };

  await visitFolder('', folder, []);
  return files.sort((a, b) => compareBytes(a.path, b.path));
}
