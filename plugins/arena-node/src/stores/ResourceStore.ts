import {
  ArenaKind,
  ArenaList,
  ArenaObject,
  ArenaObjectInput,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';

/** @public */
export interface StoreListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Leaves out objects for which it is false. Pages are as full as they would be if those did not exist. */
  where?: (object: ArenaObject) => boolean;
  limit?: number;
  continue?: string;
}

/** @public */
export interface StoreWatchOptions {
  namespace?: string;
  /** Changes after this version; from a list's metadata. */
  resourceVersion: string;
  signal: AbortSignal;
}

/** @public */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: ArenaObject;
}

/** @public */
export interface StoreDeleteOptions {
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: boolean;
}

/**
 * Where API objects live. The embedded store keeps them in the Backstage database, another one in a Kubernetes API
 * server; callers must not be able to tell which.
 *
 * @remarks
 * Errors: `NotFoundError`; `ConflictError` for a stale resourceVersion, an existing name or a failed precondition;
 * {@link InvalidObjectError} for an object that admission refuses; {@link GoneError} for a watch or a continue token that is
 * too old. Objects are never shared: a caller may change what it was given.
 *
 * @public
 */
export interface ResourceStore {
  /** Name of the cluster that the store serves. */
  readonly cluster: string;
  /** Namespaces of it that are served. Absent: all. */
  readonly namespaces?: readonly string[];

  get<T extends ArenaObject = ArenaObject>(
    kind: ArenaKind,
    key: ObjectKey,
  ): Promise<T>;
  list<T extends ArenaObject = ArenaObject>(
    kind: ArenaKind,
    options?: StoreListOptions,
  ): Promise<ArenaList<T>>;
  /** Ends when the signal aborts. */
  watch(
    kind: ArenaKind | 'all',
    options: StoreWatchOptions,
  ): AsyncIterable<WatchEvent>;
  create<T extends ArenaObject = ArenaObject>(
    object: ArenaObjectInput<JsonObject>,
    options?: { dryRun?: boolean },
  ): Promise<T>;
  /** Replaces metadata that users own and spec; ignores status. Increments generation when spec changed. */
  update<T extends ArenaObject = ArenaObject>(
    object: ArenaObjectInput<JsonObject>,
    options?: { dryRun?: boolean },
  ): Promise<T>;
  /** Replaces status alone. Needs `metadata.uid` and `metadata.resourceVersion`. */
  updateStatus<T extends ArenaObject = ArenaObject>(
    object: ArenaObject,
  ): Promise<T>;
  /**
   * Deletes, or sets `deletionTimestamp` while finalizers remain. What the object owns is deleted afterwards.
   * Resolves with the object as it was last seen.
   */
  delete<T extends ArenaObject = ArenaObject>(
    kind: ArenaKind,
    key: ObjectKey,
    options?: StoreDeleteOptions,
  ): Promise<T>;
}
