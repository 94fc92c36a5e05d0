import { InputError, NotFoundError } from '@backstage/errors';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import {
  FetchedSource,
  SourceFetcher,
  SourceFetchError,
} from '@backstage-arena/plugin-arena-node';
import { relative } from 'node:path';
import { listFiles } from './listFiles';
import { HashedFile, hashFile, packFiles } from './packFiles';
import { resolveWorkspace } from './resolveWorkspace';
import { revisionOf } from './revisionOf';
import { DEFAULT_WORKSPACE_LIMITS, WorkspaceLimits } from './WorkspaceLimits';

/** Users see a source's errors, but have no business with where the host keeps its folders. */
function withoutHostPath(error: unknown, folder: string): unknown {
  const { code, path } = error as { code?: unknown; path?: unknown };
  return typeof code === 'string' && typeof path === 'string'
    ? new Error(`"${relative(folder, path) || '.'}" cannot be read: ${code}`)
    : error;
}

function pathOf(source: ArenaObject): string {
  const { workspace } = source.spec;
  const path =
    typeof workspace === 'object' && workspace && 'path' in workspace
      ? workspace.path
      : undefined;
  if (typeof path !== 'string') {
    throw new InputError(
      'spec.workspace.path: Required value: the folder of the source',
    );
  }
  return path;
}

async function findFolder(
  path: string,
  roots: readonly string[],
): Promise<string> {
  try {
    return await resolveWorkspace(path, roots);
  } catch (error) {
    throw error instanceof NotFoundError
      ? new SourceFetchError('PathNotFound', error.message)
      : error;
  }
}

/**
 * Takes a folder on the portal's host as a source.
 *
 * @remarks
 * Files are read twice, once for the revision and once for the archive. A file that differs the second time fails the fetch, so that a
 * snapshot never mixes two states of the folder unnoticed.
 */
export class WorkspaceFetcher implements SourceFetcher {
  readonly type = 'workspace';
  readonly #roots: readonly string[];
  readonly #uploads?: string;
  readonly #limits: WorkspaceLimits;

  constructor(options: {
    /** Folders that sources may be in. */
    roots: readonly string[];
    /** Folder with a folder for each namespace, from which its sources alone may read. */
    uploads?: string;
    limits?: Partial<WorkspaceLimits>;
  }) {
    this.#roots = options.roots;
    this.#uploads = options.uploads;
    this.#limits = { ...DEFAULT_WORKSPACE_LIMITS, ...options.limits };
  }

  async fetch(
    source: ArenaObject,
    options: { signal: AbortSignal },
  ): Promise<FetchedSource> {
    const { signal } = options;
    const folder = await findFolder(pathOf(source), this.#rootsOf(source));
    const files = await this.#readFolder(folder, signal);
    if (files.length === 0) {
      throw new SourceFetchError(
        'Empty',
        `spec.workspace.path: Invalid value: "${pathOf(
          source,
        )}": the folder has no files`,
      );
    }
    return { revision: revisionOf(files), archive: packFiles(files, signal) };
  }

  #rootsOf(source: ArenaObject): readonly string[] {
    const [first] = pathOf(source).split('/');
    return this.#uploads && first === source.metadata.namespace
      ? [...this.#roots, this.#uploads]
      : this.#roots;
  }

  async #readFolder(
    folder: string,
    signal: AbortSignal,
  ): Promise<HashedFile[]> {
    try {
      const files: HashedFile[] = [];
      for (const file of await listFiles(folder, this.#limits, signal)) {
        files.push(await hashFile(file, signal));
      }
      return files;
    } catch (error) {
      throw withoutHostPath(error, folder);
    }
  }
}
