import { InputError, NotFoundError } from '@backstage/errors';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import {
  FetchedSource,
  SourceFetcher,
  SourceFetchError,
} from '@backstage-arena/plugin-arena-node';
import { relative } from 'node:path';
import { isUploadPath } from '../upload/WorkspaceUploads';
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

function takesUploads(source: ArenaObject): boolean {
  return isUploadPath(pathOf(source), source.metadata.namespace);
}

function notFound(message: string): SourceFetchError {
  return new SourceFetchError('PathNotFound', message);
}

/** Options of a {@link WorkspaceFetcher}. */
export interface WorkspaceFetcherOptions {
  /** Folders that sources may be in. */
  roots: readonly string[];
  /** What was uploaded for a source, if anything was. */
  uploaded?: (
    source: ArenaObject['metadata'],
  ) => Promise<FetchedSource | undefined>;
  /** Folder with a folder for each namespace, from which its sources alone may read: where uploads were kept once. */
  earlierUploads?: string;
  limits?: Partial<WorkspaceLimits>;
}

/**
 * Takes a folder on the portal's host as a source, or what was uploaded for it.
 *
 * @remarks
 * Files are read twice, once for the revision and once for the archive. A file that differs the second time fails the fetch, so that a
 * snapshot never mixes two states of the folder unnoticed.
 */
export class WorkspaceFetcher implements SourceFetcher {
  readonly type = 'workspace';
  readonly #options: WorkspaceFetcherOptions;
  readonly #limits: WorkspaceLimits;

  constructor(options: WorkspaceFetcherOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_WORKSPACE_LIMITS, ...options.limits };
  }

  async fetch(
    source: ArenaObject,
    options: { signal: AbortSignal },
  ): Promise<FetchedSource> {
    const { signal } = options;
    const upload = await this.#upload(source);
    if (upload) return upload;
    const folder = await this.#findFolder(source);
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

  async #upload(source: ArenaObject): Promise<FetchedSource | undefined> {
    return takesUploads(source)
      ? this.#options.uploaded?.(source.metadata)
      : undefined;
  }

  async #findFolder(source: ArenaObject): Promise<string> {
    const path = pathOf(source);
    const { roots, uploaded, earlierUploads } = this.#options;
    const mayBeUploaded = uploaded !== undefined && takesUploads(source);
    const all =
      mayBeUploaded && earlierUploads ? [...roots, earlierUploads] : roots;
    const nothing = 'nothing was uploaded for the source yet';
    if (mayBeUploaded && all.length === 0) {
      throw notFound(
        `spec.workspace.path: Not found: ${JSON.stringify(path)}: ${nothing}`,
      );
    }
    try {
      return await resolveWorkspace(path, all);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      throw notFound(
        mayBeUploaded ? `${error.message}, and ${nothing}` : error.message,
      );
    }
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
