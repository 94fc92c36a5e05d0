import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { createWriteStream } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  symlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listFiles } from '../workspace/listFiles';
import { HashedFile, hashFile } from '../workspace/packFiles';
import { WorkspaceLimits } from '../workspace/WorkspaceLimits';
import { errnoCode } from '../workspace/errnoCode';
import { safePath } from './safePath';

/** Beginning of the files that git-lfs leaves in place of large ones. */
const LFS_POINTER = Buffer.from('version https://git-lfs.github.com/spec/');
const MAX_POINTER_BYTES = 1024;

/** Content on its way. */
export type StagedContent = Buffer | AsyncIterable<Uint8Array>;

/**
 * A folder in which a bundle from elsewhere is put together.
 *
 * @remarks
 * Nothing is written outside of it, whatever the paths are: links exist only in memory while files come in, so that no file can be written
 * through one. They are made at the end, and a link that then leads out of the folder is an error. Limits are those of any bundle, counted
 * while content comes in.
 */
export class StagingFolder {
  readonly #folder: string;
  readonly #limits: WorkspaceLimits;
  /** Path -> target. */
  readonly #links = new Map<string, string>();
  #files = 0;
  #bytes = 0;

  private constructor(folder: string, limits: WorkspaceLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** @param parent - Created when it is not there. */
  static async create(
    parent: string,
    limits: WorkspaceLimits,
  ): Promise<StagingFolder> {
    await mkdir(parent, { recursive: true });
    const folder = await mkdtemp(join(await realpath(parent), 'bundle-'));
    return new StagingFolder(folder, limits);
  }

  get path(): string {
    return this.#folder;
  }

  /** A file that is there is replaced. */
  async addFile(
    path: string,
    content: StagedContent,
    options: { executable?: boolean; signal: AbortSignal },
  ): Promise<void> {
    const { maxFiles } = this.#limits;
    const name = this.#checkedPath(path);
    this.#files += 1;
    if (this.#files > maxFiles) {
      throw tooLarge(`There are more than ${maxFiles} files`, 'maxFiles');
    }
    const target = await this.#makeRoom(name);
    const chunks = this.#count(name, content);
    try {
      await pipeline(
        Readable.from(chunks, { objectMode: false }),
        createWriteStream(target, {
          flags: 'w',
          mode: options.executable ? 0o755 : 0o644,
        }),
        { signal: options.signal },
      );
    } catch (error) {
      throw this.#explain(name, error);
    }
  }

  addLink(path: string, target: string): void {
    const name = this.#checkedPath(path);
    if (this.#links.size >= this.#limits.maxFiles) {
      throw tooLarge(
        `There are more than ${this.#limits.maxFiles} links`,
        'maxFiles',
      );
    }
    this.#links.set(name, target);
  }

  #checkedPath(path: string): string {
    const { maxDepth } = this.#limits;
    const name = safePath(path);
    if (name.split('/').length > maxDepth + 1) {
      throw tooLarge(
        `"${name}" lies more than ${maxDepth} folders deep`,
        'maxDepth',
      );
    }
    return name;
  }

  /** Removes a file, a link or a folder with all that is in it. */
  async remove(path: string): Promise<void> {
    const name = safePath(path);
    for (const link of [...this.#links.keys()]) {
      if (link === name || link.startsWith(`${name}/`)) {
        this.#links.delete(link);
      }
    }
    await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  /** Removes everything. */
  async clear(): Promise<void> {
    this.#links.clear();
    for (const name of await readdir(this.#folder)) {
      await rm(join(this.#folder, name), { recursive: true, force: true });
    }
  }

  /** Makes the links, and lists what is there. @throws SourceFetchError */
  async finish(signal: AbortSignal): Promise<HashedFile[]> {
    await this.#makeLinks();
    const files: HashedFile[] = [];
    for (const file of await listFiles(this.#folder, this.#limits, signal)) {
      files.push(await hashFile(file, signal));
    }
    if (files.length === 0) {
      throw new SourceFetchError('Empty', 'There are no files in the bundle');
    }
    return files;
  }

  async discard(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #makeLinks(): Promise<void> {
    // All folders first: a folder that exists cannot be replaced by a link that others would be made through.
    for (const path of this.#links.keys()) {
      await mkdir(dirname(join(this.#folder, path)), { recursive: true }).catch(
        error => {
          throw this.#explain(path, error);
        },
      );
    }
    for (const [path, target] of this.#links) {
      await symlink(target, join(this.#folder, path)).catch(error => {
        throw this.#explain(path, error);
      });
    }
  }

  /** Where a file goes, with nothing in its way that came before. */
  async #makeRoom(name: string): Promise<string> {
    const steps = name.split('/');
    for (let depth = 1; depth <= steps.length; depth += 1) {
      this.#links.delete(steps.slice(0, depth).join('/'));
    }
    const target = join(this.#folder, name);
    try {
      await mkdir(dirname(target), { recursive: true });
    } catch (error) {
      throw this.#explain(name, error);
    }
    return target;
  }

  async *#count(
    name: string,
    content: StagedContent,
  ): AsyncGenerator<Uint8Array> {
    const { maxFileBytes, maxTotalBytes } = this.#limits;
    const parts = Buffer.isBuffer(content) ? [content] : content;
    const head: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of parts) {
      size += chunk.length;
      this.#bytes += chunk.length;
      if (size > maxFileBytes) {
        throw tooLarge(
          `"${name}" has more than ${maxFileBytes} bytes`,
          'maxFileBytes',
        );
      }
      if (this.#bytes > maxTotalBytes) {
        throw tooLarge(
          `The bundle has more than ${maxTotalBytes} bytes in all`,
          'maxTotalBytes',
        );
      }
      if (size <= MAX_POINTER_BYTES) head.push(chunk);
      yield chunk;
    }
    if (
      size <= MAX_POINTER_BYTES &&
      Buffer.concat(head).subarray(0, LFS_POINTER.length).equals(LFS_POINTER)
    ) {
      throw new SourceFetchError(
        'LfsPointer',
        `"${name}" is a pointer of Git LFS in place of the file: LFS is not supported, put the file itself into the bundle`,
      );
    }
  }

  /** Whoever sees the error has no business with where the host keeps the folder. */
  #explain(name: string, error: unknown): unknown {
    const code = errnoCode(error);
    if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR') {
      return new SourceFetchError(
        'UnsafePath',
        `"${name}" is both a file and a folder`,
      );
    }
    return code?.startsWith('E') && !(error instanceof SourceFetchError)
      ? new Error(`"${name}" cannot be written: ${code}`, { cause: error })
      : error;
  }
}

function tooLarge(
  message: string,
  limit: keyof WorkspaceLimits,
): SourceFetchError {
  return new SourceFetchError('TooLarge', `${message} (limit ${limit})`);
}
