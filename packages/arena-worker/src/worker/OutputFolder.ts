import { randomUUID } from 'node:crypto';
import {
  copyFile,
  lstat,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const MANIFEST_NAME = 'manifest.json';

/** The folder while it is being filled: says which run does it. */
const CLAIM_NAME = '.arena-run.json';

/** The folder belongs to somebody else. */
export class OutputTakenError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OutputTakenError';
  }
}

/**
 * A folder that takes the reports of one run. Files appear under their names at once and whole, and the manifest comes last: a
 * folder without one is unfinished. Results of another run are never overwritten; the same run may repeat itself after a failure.
 */
export class OutputFolder {
  readonly #path: string;
  /** The same run was here before, and may replace what it wrote then. */
  readonly #repeats: boolean;

  private constructor(options: { path: string; repeats: boolean }) {
    this.#path = options.path;
    this.#repeats = options.repeats;
  }

  /** @throws OutputTakenError */
  static async claim(path: string, runId: string): Promise<OutputFolder> {
    await mkdir(path, { recursive: true });
    const owner =
      (await runIdIn(join(path, MANIFEST_NAME))) ??
      (await runIdIn(join(path, CLAIM_NAME)));
    if (owner !== undefined && owner !== runId) {
      throw new OutputTakenError(
        `The output folder '${path}' holds the results of the run '${owner}': choose another folder or remove them`,
      );
    }
    if (owner === undefined) await writeClaim(path, runId);
    return new OutputFolder({ path, repeats: owner === runId });
  }

  /** @throws OutputTakenError when a file of this name is there that the run did not write. */
  async add(name: string, source: string): Promise<void> {
    const target = join(this.#path, name);
    if (!this.#repeats && (await exists(target))) {
      throw new OutputTakenError(
        `The output folder '${
          this.#path
        }' already holds a file '${name}': choose another folder or remove it`,
      );
    }
    const temporary = join(
      dirname(target),
      `.${name}.${randomUUID().slice(0, 8)}.tmp`,
    );
    try {
      await copyFile(source, temporary);
      const file = await open(temporary, 'r+');
      // The name must not survive a power cut without the content.
      await file.sync().finally(() => file.close());
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** The manifest is there: the folder is finished. */
  async finish(): Promise<void> {
    await rm(join(this.#path, CLAIM_NAME), { force: true });
  }
}

async function writeClaim(folder: string, runId: string): Promise<void> {
  try {
    await writeFile(
      join(folder, CLAIM_NAME),
      `${JSON.stringify({ runId })}\n`,
      {
        flag: 'wx',
      },
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new OutputTakenError(
      `The output folder '${folder}' was claimed by another run just now`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function runIdIn(path: string): Promise<string | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { runId } = JSON.parse(content);
    if (typeof runId === 'string') return runId;
  } catch {
    // Not JSON, so not ours: it belongs to somebody else all the same.
  }
  return 'unknown';
}
