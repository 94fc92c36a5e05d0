import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import {
  access,
  constants,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  MANIFEST_NAME,
  OutputError,
  OutputFile,
  OutputStore,
} from './OutputStore';

/** Files that a killed worker did not finish; their names are made in `put`. */
const UNFINISHED = /^\..+\.[0-9a-f]{8}\.tmp$/;
/** In the folder while it is being filled: says which run does it. */
const CLAIM_NAME = '.arena-run.json';

const HINTS: Record<string, string> = {
  EACCES: 'the worker may not write there',
  EDQUOT: 'its quota is used up',
  EIO: 'the disk does not work',
  ENOSPC: 'no space is left',
  ENOTDIR: 'a part of the path is a file',
  EPERM: 'the worker may not write there',
  EROFS: 'it is mounted read-only',
};

export interface FolderOutputOptions {
  path: string;
  runId: string;
  /** How messages call the folder, for example after the claim that it lies on. Default: its path. */
  label?: string;
}

/**
 * A folder that takes the reports of one run. Files appear under their names at once and whole, and the manifest comes last: a
 * folder without one is unfinished. Results of another run are never overwritten; the same run may repeat itself after a failure.
 */
export class FolderOutput implements OutputStore {
  readonly url: string;
  readonly #path: string;
  readonly #runId: string;
  readonly #label: string;
  /** The same run was here before, and may replace what it wrote then. */
  #repeats = false;

  constructor(options: FolderOutputOptions) {
    this.url = options.path;
    this.#path = options.path;
    this.#runId = options.runId;
    this.#label = options.label ?? `The output folder '${options.path}'`;
  }

  async open(): Promise<void> {
    const owner = await this.#naming(async () => {
      await makeFolder(this.#path);
      return (
        (await runIdIn(join(this.#path, MANIFEST_NAME))) ??
        (await runIdIn(join(this.#path, CLAIM_NAME)))
      );
    });
    if (owner !== undefined && owner !== this.#runId) {
      throw new OutputError(
        `${
          this.#label
        } holds the results of the run '${owner}': choose another folder or remove them`,
      );
    }
    this.#repeats = owner === this.#runId;
    await this.#claim();
    if (this.#repeats) await this.#naming(() => this.#clear());
  }

  async put(file: OutputFile, signal: AbortSignal): Promise<void> {
    const target = join(this.#path, file.name);
    if (!this.#repeats && (await this.#naming(() => exists(target)))) {
      throw new OutputError(
        `${this.#label} already holds a file '${
          file.name
        }': choose another folder or remove it`,
      );
    }
    const temporary = join(
      this.#path,
      `.${file.name}.${randomUUID().slice(0, 8)}.tmp`,
    );
    try {
      await this.#naming(async () => {
        await pipeline(
          createReadStream(file.path),
          createWriteStream(temporary),
          { signal },
        );
        const written = await open(temporary, 'r+');
        // The name must not survive a power cut without the content.
        await written.sync().finally(() => written.close());
        await rename(temporary, target);
      });
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async finish(): Promise<void> {
    await this.#naming(() => rm(join(this.#path, CLAIM_NAME), { force: true }));
  }

  close(): void {}

  /** What an earlier try left: a manifest of files that are written again, and those that it did not finish. */
  async #clear(): Promise<void> {
    const left = (await readdir(this.#path)).filter(
      name => name === MANIFEST_NAME || UNFINISHED.test(name),
    );
    for (const name of left) await rm(join(this.#path, name), { force: true });
  }

  async #claim(): Promise<void> {
    const path = join(this.#path, CLAIM_NAME);
    try {
      await writeFile(path, `${JSON.stringify({ runId: this.#runId })}\n`, {
        flag: this.#repeats ? 'w' : 'wx',
      });
    } catch (error) {
      // A claim without a name would keep everybody out.
      if (codeOf(error) !== 'EEXIST') await rm(path, { force: true });
      if (codeOf(error) === 'EEXIST') {
        throw new OutputError(
          `${this.#label} was claimed by another run just now`,
        );
      }
      throw this.#named(error);
    }
  }

  async #naming<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** Faults of the disk, told of the folder; others as they are. */
  #named(error: unknown): unknown {
    const hint = HINTS[codeOf(error) ?? ''];
    if (!hint) return error;
    const { message } = error as Error;
    return new OutputError(
      `${this.#label} cannot be written: ${hint} (${message})`,
      { cause: error },
    );
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    // Of a read-only file system Node only says that the folder is not there.
    let parent = dirname(path);
    while (!(await exists(parent))) parent = dirname(parent);
    await access(parent, constants.W_OK);
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function runIdIn(path: string): Promise<string | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (content === '') {
    // Whoever made it did not come to say who it is.
    await rm(path, { force: true });
    return undefined;
  }
  try {
    const { runId } = JSON.parse(content);
    if (typeof runId === 'string') return runId;
  } catch {
    // Not JSON, so not ours: it belongs to somebody else all the same.
  }
  return 'unknown';
}
