import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { ArenaSource, ObjectKey } from '@backstage-arena/plugin-arena-common';
import {
  FetchedSource,
  SnapshotStore,
} from '@backstage-arena/plugin-arena-node';
import { Knex } from 'knex';
import { retryWhileBusy, transact } from '../../database/transact';
import { getOrUndefined, ObjectReader } from '../../reconciler/getOrUndefined';
import { DbInteger } from '../../runs/tables';
import { SnapshotReferences } from '../../snapshots/SnapshotGarbageCollector';
import { Clock } from '../../time/Clock';
import { StagedContent, StagingFolder } from '../staging/StagingFolder';
import { packFiles } from '../workspace/packFiles';
import { resolveWorkspace } from '../workspace/resolveWorkspace';
import { revisionOf } from '../workspace/revisionOf';
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
  knex: Knex;
  snapshots: Pick<SnapshotStore, 'put' | 'open'>;
  clock: Clock;
  /** Whether users may upload. What was uploaded before can be read all the same. */
  enabled: boolean;
  /** Where files are put together. */
  temporaryDirectory: string;
  /** Folders that sources are read from and nobody writes to. */
  readOnlyRoots: readonly string[];
  limits?: Partial<WorkspaceLimits>;
}

/** As `migrations/20261126_9_source_uploads.js` creates it. */
interface SourceUploadRow {
  cluster: string;
  source_uid: string;
  namespace: string;
  name: string;
  digest: string;
  revision: string;
  uploaded_at: DbInteger;
}

type SourceReader = Pick<ObjectReader, 'cluster' | 'namespaces' | 'get'>;

const FIELD = 'spec.workspace.path';
/** Until then a replica that lags may not know the source yet. */
const SWEEP_AFTER_MS = 60 * 60_000;

/**
 * Files of sources that come from the browser, each source's own.
 *
 * @remarks
 * Kept as snapshots in the database, so that every replica has them. A row says which one is the source's: it changes at once, and who
 * reads the one of before still does.
 */
export class WorkspaceUploads {
  readonly #options: WorkspaceUploadsOptions;
  readonly limits: WorkspaceLimits;

  constructor(options: WorkspaceUploadsOptions) {
    this.#options = options;
    this.limits = { ...DEFAULT_WORKSPACE_LIMITS, ...options.limits };
  }

  /**
   * Replaces all files of a source.
   *
   * @throws InputError, NotAllowedError, SourceFetchError; NotFoundError and ConflictError when the source is gone, or another one has its name
   * by the time that all files have come
   */
  async replace(
    store: SourceReader,
    key: ObjectKey,
    files: AsyncIterable<UploadedFile>,
    signal: AbortSignal,
  ): Promise<{ files: number; bytes: number }> {
    const source = await store.get<ArenaSource>('ArenaSource', key);
    await this.#check(source);
    const { snapshots, temporaryDirectory } = this.#options;
    const folder = await StagingFolder.create(temporaryDirectory, this.limits);
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
      const { digest } = await snapshots.put(packFiles(written, signal));
      const { uid } = source.metadata;
      const now = await store.get<ArenaSource>('ArenaSource', key);
      if (now.metadata.uid !== uid || now.metadata.deletionTimestamp) {
        throw new ConflictError(
          `ArenaSource ${key.name} was deleted while its files came: upload them again if they are for the one that has the name now`,
        );
      }
      await this.#write({
        cluster: store.cluster,
        source_uid: uid,
        namespace: key.namespace,
        name: key.name,
        digest,
        revision: revisionOf(written),
        uploaded_at: this.#options.clock.now().getTime(),
      });
      return {
        files: written.length,
        bytes: written.reduce((sum, { size }) => sum + size, 0),
      };
    } finally {
      await folder.discard();
    }
  }

  /** What was uploaded for a source last, if anything was. */
  async open(
    cluster: string,
    { uid }: Pick<ArenaSource['metadata'], 'uid'>,
  ): Promise<FetchedSource | undefined> {
    const { knex, snapshots } = this.#options;
    const row = await retryWhileBusy(() =>
      knex<SourceUploadRow>('source_uploads')
        .where({ cluster, source_uid: uid })
        .first('digest', 'revision'),
    );
    if (!row) return undefined;
    const { content } = await snapshots.open(row.digest);
    return { revision: row.revision, archive: content };
  }

  /** Forgets the files of a source that is gone. */
  async forget(cluster: string, key: ObjectKey): Promise<void> {
    const { namespace, name } = key;
    await retryWhileBusy(() =>
      this.#options
        .knex<SourceUploadRow>('source_uploads')
        .where({ cluster, namespace, name })
        .delete(),
    );
  }

  /**
   * What was uploaded stays stored while its source is there. What belongs to none any more is forgotten on the way: nobody may have seen
   * that its source went.
   */
  references(stores: readonly SourceReader[]): SnapshotReferences {
    const { knex } = this.#options;
    const isOver = (row: SourceUploadRow) => this.#isOver(row, stores);
    return async function* digests() {
      for (const row of await knex<SourceUploadRow>('source_uploads')) {
        const { cluster, source_uid, digest } = row;
        if (await isOver(row)) {
          await retryWhileBusy(() =>
            knex<SourceUploadRow>('source_uploads')
              .where({ cluster, source_uid })
              .delete(),
          );
        } else yield digest;
      }
    };
  }

  async #isOver(
    row: SourceUploadRow,
    stores: readonly SourceReader[],
  ): Promise<boolean> {
    const { cluster, source_uid, namespace, name } = row;
    const age = this.#options.clock.now().getTime() - Number(row.uploaded_at);
    const store = stores.find(candidate => candidate.cluster === cluster);
    // Of what is not served now nothing is known.
    const isKnown = store?.namespaces?.includes(namespace) ?? true;
    if (!store || !isKnown || age < SWEEP_AFTER_MS) return false;
    const key = { namespace, name };
    const source = await getOrUndefined(store, 'ArenaSource', key);
    return source?.metadata.uid !== source_uid;
  }

  async #write(row: SourceUploadRow): Promise<void> {
    const { cluster, source_uid, namespace, name } = row;
    await transact(this.#options.knex, async tx => {
      await tx<SourceUploadRow>('source_uploads')
        .insert(row)
        .onConflict(['cluster', 'source_uid'])
        .merge(['digest', 'revision', 'uploaded_at']);
      // Of sources that had the name before.
      await tx<SourceUploadRow>('source_uploads')
        .where({ cluster, namespace, name })
        .whereNot({ source_uid })
        .delete();
    });
  }

  async #check({ spec, metadata }: ArenaSource): Promise<void> {
    const { enabled, readOnlyRoots } = this.#options;
    if (spec.type !== 'workspace' || !spec.workspace) {
      throw new InputError(
        `spec.type: Invalid value: "${spec.type}": files can be uploaded for sources of type workspace alone`,
      );
    }
    if (!enabled) {
      throw new NotAllowedError(
        'Uploads are not open: an administrator opens them with arena.uploads.enabled in app-config',
      );
    }
    const { path } = spec.workspace;
    const { namespace } = metadata;
    if (!isUploadPath(path, namespace)) {
      throw new InputError(
        `${FIELD}: Invalid value: "${path}": to be uploaded to, it must be ${namespace}/<name>, with a name of letters, digits, ".", "_" and "-"`,
      );
    }
    if (await exists(path, readOnlyRoots)) {
      throw new NotAllowedError(
        `${FIELD}: Forbidden: "${path}" is in a folder of arena.workspaceRoots, which is only read`,
      );
    }
  }
}

/** Whether a source with that path takes files from the browser: `<namespace>/<name>`. */
export function isUploadPath(path: string, namespace: string): boolean {
  const [first, name, ...more] = path.split('/');
  return (
    first === namespace &&
    more.length === 0 &&
    /^[A-Za-z0-9_][A-Za-z0-9._-]{0,126}$/.test(name ?? '')
  );
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
