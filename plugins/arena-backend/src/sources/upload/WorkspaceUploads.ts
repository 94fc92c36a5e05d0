import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import { ArenaSource } from '@backstage-arena/plugin-arena-common';
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StagedContent, StagingFolder } from '../staging/StagingFolder';
import { errnoCode } from '../workspace/errnoCode';
import { resolveWorkspace } from '../workspace/resolveWorkspace';
import {
  DEFAULT_WORKSPACE_LIMITS,
  WorkspaceLimits,
} from '../workspace/WorkspaceLimits';

/** A file that is uploaded. */
export interface UploadedFile {
  path: string;
  content: StagedContent;
}

/** Options of {@link WorkspaceUploads}. */
export interface WorkspaceUploadsOptions {
  /** Folder that is written to. Absent: there are no uploads. */
  directory?: string;
  /** Folders that sources are read from and nobody writes to. */
  readOnlyRoots: readonly string[];
  limits?: Partial<WorkspaceLimits>;
}

const FIELD = 'spec.workspace.path';
/** Folder of uploads that are not whole yet, beside the namespaces, which cannot be called so. */
export const INCOMING = '.incoming';

/**
 * Folders of sources that are filled from the browser: one a source, `<namespace>/<name>`.
 *
 * @remarks
 * Files are put together elsewhere, and take the place of the folder at once: half of an upload is never seen.
 */
export class WorkspaceUploads {
  readonly #options: WorkspaceUploadsOptions;
  readonly limits: WorkspaceLimits;

  constructor(options: WorkspaceUploadsOptions) {
    this.#options = options;
    this.limits = { ...DEFAULT_WORKSPACE_LIMITS, ...options.limits };
  }

  /** Replaces all files of a source. @throws InputError, NotAllowedError, SourceFetchError */
  async replace(
    source: ArenaSource,
    files: AsyncIterable<UploadedFile>,
    signal: AbortSignal,
  ): Promise<{ files: number; bytes: number }> {
    const { directory, path } = await this.#locate(source);
    const incoming = join(directory, INCOMING);
    const folder = await StagingFolder.create(incoming, this.limits);
    try {
      const seen = new Set<string>();
      for await (const { path: name, content } of files) {
        if (seen.has(name)) {
          throw new InputError(`The file "${name}" is there twice`);
        }
        seen.add(name);
        await folder.addFile(name, content, { signal });
      }
      const written = await folder.finish(signal);
      await moveIntoPlace(folder.path, join(directory, path), incoming);
      return {
        files: written.length,
        bytes: written.reduce((sum, { size }) => sum + size, 0),
      };
    } finally {
      await folder.discard();
    }
  }

  /** Where the files of a source are written. */
  async #locate(
    source: ArenaSource,
  ): Promise<{ directory: string; path: string }> {
    const { directory, readOnlyRoots } = this.#options;
    const { spec, metadata } = source;
    if (spec.type !== 'workspace' || !spec.workspace) {
      throw new InputError(
        `spec.type: Invalid value: "${spec.type}": files can be uploaded for sources of type workspace alone`,
      );
    }
    if (!directory) {
      throw new NotAllowedError(
        'Uploads are not open: an administrator opens a folder for them with arena.uploads.directory in app-config',
      );
    }
    const { path } = spec.workspace;
    const { namespace } = metadata;
    const [first, name, ...more] = path.split('/');
    const isOne = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,126}$/.test(name ?? '');
    if (first !== namespace || !isOne || more.length > 0) {
      throw new InputError(
        `${FIELD}: Invalid value: "${path}": to be uploaded to, it must be ${namespace}/<name>, with a name of letters, digits, ".", "_" and "-"`,
      );
    }
    if (await exists(path, readOnlyRoots)) {
      throw new NotAllowedError(
        `${FIELD}: Forbidden: "${path}" is in a folder of arena.workspaceRoots, which is only read`,
      );
    }
    return { directory, path };
  }
}

async function exists(
  path: string,
  roots: readonly string[],
): Promise<boolean> {
  if (roots.length === 0) return false;
  try {
    await resolveWorkspace(path, roots);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

async function moveIntoPlace(
  from: string,
  to: string,
  incoming: string,
): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const old = join(incoming, `old-${randomBytes(6).toString('hex')}`);
  for (let attempt = 1; ; attempt += 1) {
    await rename(to, old).catch(error => {
      if (errnoCode(error) !== 'ENOENT') throw error;
    });
    try {
      await rename(from, to);
      break;
    } catch (error) {
      // Another upload to the same folder came between.
      const lostRace = ['ENOTEMPTY', 'EEXIST'].includes(errnoCode(error) ?? '');
      if (!lostRace || attempt === 5) {
        // What was there before is there again, unless it was replaced.
        await rename(old, to).catch(() => undefined);
        throw error;
      }
      await rm(old, { recursive: true, force: true });
    }
  }
  await rm(old, { recursive: true, force: true });
}
