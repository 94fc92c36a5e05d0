import { InputError } from '@backstage/errors';
import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoCode } from './errnoCode';
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

/** Links to folders can have few files stand in very many places. */
const ENTRIES_PER_FILE = 4;

/** Belongs to the tools that made the folder, changes all the time, and is no part of a bundle. */
const IGNORED = new Set(['.git', '.hg', '.svn', '.DS_Store']);

function limitError(
  limit: keyof WorkspaceLimits,
  message: string,
): SourceFetchError {
  return new SourceFetchError('TooLarge', `${message} (limit ${limit})`);
}

/** Order of bytes: the same in every locale. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Walks a folder once. */
class FileLister {
  readonly files: WorkspaceFile[] = [];
  readonly #folder: string;
  readonly #limits: WorkspaceLimits;
  readonly #signal: AbortSignal;
  #total = 0;
  #visited = 0;

  constructor(folder: string, limits: WorkspaceLimits, signal: AbortSignal) {
    this.#folder = folder;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** `ancestors` are the folders that this one is in, without links. */
  async visitFolder(
    path: string,
    location: string,
    ancestors: readonly string[],
  ): Promise<void> {
    if (ancestors.includes(location)) {
      throw new InputError(`"${path}" is a link to a folder that it is in`);
    }
    const { maxDepth } = this.#limits;
    if (ancestors.length > maxDepth) {
      throw limitError(
        'maxDepth',
        `"${path}" lies more than ${maxDepth} folders deep`,
      );
    }
    for (const name of await readdir(location)) {
      if (!IGNORED.has(name)) {
        const child = path === '' ? name : `${path}/${name}`;
        await this.#visit(child, join(location, name), [
          ...ancestors,
          location,
        ]);
      }
    }
  }

  async #visit(
    path: string,
    location: string,
    ancestors: readonly string[],
  ): Promise<void> {
    this.#signal.throwIfAborted();
    this.#visited += 1;
    if (this.#visited > ENTRIES_PER_FILE * this.#limits.maxFiles) {
      throw limitError(
        'maxFiles',
        `There are more than ${
          ENTRIES_PER_FILE * this.#limits.maxFiles
        } files, folders and links`,
      );
    }
    if (path.includes('\uFFFD')) {
      throw new InputError(`The name of "${path}" is not valid UTF-8`);
    }
    let stats = await lstat(location);
    let target = location;
    if (stats.isSymbolicLink()) {
      target = await this.#resolveLink(path, location);
      stats = await lstat(target);
    }
    if (stats.isDirectory()) {
      await this.visitFolder(path, target, ancestors);
    } else if (stats.isFile()) {
      this.#addFile({
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
  }

  async #resolveLink(path: string, location: string): Promise<string> {
    let target: string;
    try {
      target = await realpath(location);
    } catch (error) {
      throw new SourceFetchError(
        'UnsafeLink',
        `"${path}" is a link that leads nowhere (${errnoCode(error)})`,
      );
    }
    if (!isWithin(this.#folder, target)) {
      throw new SourceFetchError(
        'UnsafeLink',
        `"${path}" is a link that leaves the folder of the source`,
      );
    }
    return target;
  }

  #addFile(file: WorkspaceFile): void {
    const { maxFiles, maxFileBytes, maxTotalBytes } = this.#limits;
    this.#total += file.size;
    if (file.size > maxFileBytes) {
      throw limitError(
        'maxFileBytes',
        `"${file.path}" has ${file.size} bytes, at most ${maxFileBytes} are allowed in one file`,
      );
    }
    if (this.#total > maxTotalBytes) {
      throw limitError(
        'maxTotalBytes',
        `The folder has more than ${maxTotalBytes} bytes in all`,
      );
    }
    if (this.files.length >= maxFiles) {
      throw limitError(
        'maxFiles',
        `The folder has more than ${maxFiles} files`,
      );
    }
    this.files.push(file);
  }
}

/**
 * Lists the files of a folder in one order, following links that stay inside.
 *
 * @throws InputError, SourceFetchError
 */
export async function listFiles(
  folder: string,
  limits: WorkspaceLimits,
  signal: AbortSignal,
): Promise<WorkspaceFile[]> {
  const lister = new FileLister(folder, limits, signal);
  await lister.visitFolder('', folder, []);
  return lister.files.sort((a, b) => compareBytes(a.path, b.path));
}
