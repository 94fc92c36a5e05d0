import { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  ArenaKind,
  ArenaList,
  ArenaObject,
  ArenaObjectInput,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import {
  ResourceStore,
  StoreDeleteOptions,
  StoreListOptions,
  StoreWatchOptions,
  WatchEvent,
} from '@backstage-arena/plugin-arena-node';
import { KubeConfig } from '@kubernetes/client-node';
import { isNotFound } from '../../reconciler/getOrUndefined';
import {
  checkNew,
  copyInput,
  DEFAULT_NAMESPACE,
  userMetadata,
} from '../../store/objects/newObject';
import { refuseObject } from '../../store/objects/refuseObject';
import { namesOfKind, objectNotFound } from '../../store/storeErrors';
import { KubeClient } from '../client/KubeClient';
import { ArenaCaches } from './ArenaCaches';
import { copyOf } from './arenaObjects';
import { ArenaWriter } from './ArenaWriter';
import { KubernetesChangeFeed } from './KubernetesChangeFeed';
import { listCached } from './listCached';
import { refuseImpossible } from './refuseImpossible';
import { isNamespaceName, objectPath } from './resourcePaths';

const MAX_WRITE_ATTEMPTS = 20;

export interface KubernetesResourceStoreOptions {
  cluster: string;
  kubeConfig: KubeConfig;
  caches: ArenaCaches;
  feed: KubernetesChangeFeed;
  logger: LoggerService;
}

/**
 * API objects in a Kubernetes API server.
 *
 * @remarks
 * Reads are answered from caches that watches keep up to date, with what this process wrote itself, so that they cost the API server
 * nothing and work while it is away. Writes go to the API server, which is also who admits them; what CRDs cannot say is checked here before.
 */
export class KubernetesResourceStore implements ResourceStore {
  readonly cluster: string;
  readonly #caches: ArenaCaches;
  readonly #feed: KubernetesChangeFeed;
  readonly #writer: ArenaWriter;

  constructor(options: KubernetesResourceStoreOptions) {
    this.cluster = options.cluster;
    this.#caches = options.caches;
    this.#feed = options.feed;
    this.#writer = new ArenaWriter({
      ...options,
      client: KubeClient.for(options.kubeConfig),
    });
  }

  get namespaces(): readonly string[] | undefined {
    return this.#caches.namespaces;
  }

  async get<T extends ArenaObject = ArenaObject>(
    kind: ArenaKind,
    key: ObjectKey,
  ): Promise<T> {
    const path = this.#pathOf(kind, key);
    const informer = this.#caches.of(kind);
    if (!informer.isSynced(key.namespace)) {
      return (await this.#writer.read(path)) as T;
    }
    const found = informer.get(key.namespace, key.name);
    if (!found) throw objectNotFound(kind, key);
    return copyOf<T>(found);
  }

  async list<T extends ArenaObject = ArenaObject>(
    kind: ArenaKind,
    options: StoreListOptions = {},
  ): Promise<ArenaList<T>> {
    namesOfKind(kind);
    if (options.namespace !== undefined) {
      this.#checkServed(options.namespace, 'namespace');
    }
    return listCached<T>(kind, {
      ...options,
      begin: async () => {
        await this.#caches.settled(kind, options.namespace);
        return this.#feed.versionOf(kind);
      },
      objectsAt: version => this.#feed.objectsAt(kind, version),
    });
  }

  async *watch(
    kind: ArenaKind | 'all',
    options: StoreWatchOptions,
  ): AsyncGenerator<WatchEvent> {
    if (options.namespace !== undefined) {
      this.#checkServed(options.namespace, 'namespace');
    }
    const changes = this.#feed.follow({ ...options, kind });
    for await (const change of changes) {
      if ('object' in change) {
        const { type, object } = change.object;
        yield { type, object: copyOf(object) };
      }
    }
  }

  async create<T extends ArenaObject = ArenaObject>(
    input: ArenaObjectInput<JsonObject>,
    options: { dryRun?: boolean } = {},
  ): Promise<T> {
    const { kind, apiVersion, metadata, spec } = copyInput(input);
    const namespace = this.#namespaceOf({ kind, metadata });
    checkNew(metadata);
    await refuseImpossible({ kind, apiVersion, metadata, spec });
    const { name, generateName } = metadata;
    const created = await this.#writer.create(
      kind,
      namespace,
      {
        apiVersion,
        kind,
        metadata: toJson({
          name,
          generateName,
          namespace,
          ...userMetadata(metadata),
        }),
        spec,
      },
      options,
    );
    return this.#noted<T>(created, options.dryRun);
  }

  async update<T extends ArenaObject = ArenaObject>(
    input: ArenaObjectInput<JsonObject>,
    options: { dryRun?: boolean } = {},
  ): Promise<T> {
    const { kind, apiVersion, metadata, spec } = copyInput(input);
    const key = {
      namespace: this.#namespaceOf({ kind, metadata }),
      name: String(metadata.name ?? ''),
    };
    const path = this.#pathOf(kind, key);
    await refuseImpossible({ kind, apiVersion, metadata, spec }, () =>
      this.#lastSeen(kind, key, path),
    );
    const wanted = metadata.resourceVersion || undefined;
    for (let attempt = 1; ; attempt++) {
      const resourceVersion =
        wanted ?? (await this.#versionOf(kind, key, attempt > 1));
      const { generateName, uid } = metadata;
      try {
        const written = await this.#writer.replace(
          path,
          {
            apiVersion,
            kind,
            metadata: toJson({
              ...key,
              generateName,
              uid: uid || undefined,
              resourceVersion,
              ...userMetadata(metadata),
            }),
            spec,
          },
          options,
        );
        return this.#noted<T>(written, options.dryRun);
      } catch (error) {
        const retry = !wanted && attempt < MAX_WRITE_ATTEMPTS;
        const isStale =
          error instanceof Error &&
          error.name === 'ConflictError' &&
          error.message.includes('has been modified');
        if (!retry || !isStale) throw error;
      }
    }
  }

  async updateStatus<T extends ArenaObject = ArenaObject>(
    object: ArenaObject,
  ): Promise<T> {
    const { uid, resourceVersion } = object.metadata;
    if (!uid || !resourceVersion) {
      throw new InputError(
        'metadata.uid and metadata.resourceVersion are required to write a status',
      );
    }
    const { kind, status = {} } = copyInput(object) as ArenaObject;
    const written = await this.#writer.replaceStatus(
      this.#pathOf(kind, object.metadata),
      { uid, resourceVersion },
      status,
    );
    return this.#noted<T>(written);
  }

  async delete<T extends ArenaObject = ArenaObject>(
    kind: ArenaKind,
    key: ObjectKey,
    options: StoreDeleteOptions = {},
  ): Promise<T> {
    const path = this.#pathOf(kind, key);
    const last = await this.#lastSeen(kind, key, path);
    const left = await this.#writer.delete(path, options);
    if (left) return this.#noted<T>(left, options.dryRun);
    if (!options.dryRun) this.#caches.of(kind).noteDeleted(last);
    return copyOf<T>(last);
  }

  async #lastSeen(
    kind: ArenaKind,
    key: ObjectKey,
    path: string,
  ): Promise<ArenaObject> {
    try {
      return await this.get(kind, key);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      // It may be newer than the cache.
      return this.#writer.read(path);
    }
  }

  async #versionOf(
    kind: ArenaKind,
    key: ObjectKey,
    live: boolean,
  ): Promise<string> {
    const path = this.#pathOf(kind, key);
    const current = live
      ? await this.#writer.read(path)
      : await this.#lastSeen(kind, key, path);
    return current.metadata.resourceVersion;
  }

  #noted<T extends ArenaObject>(object: ArenaObject, dryRun = false): T {
    if (!dryRun) {
      const { deletionTimestamp, finalizers } = object.metadata;
      const informer = this.#caches.of(object.kind);
      // The last finalizer went with this write, and the object with it.
      if (deletionTimestamp && !finalizers?.length) {
        informer.noteDeleted(object);
      } else {
        informer.note(object);
      }
    }
    return copyOf<T>(object);
  }

  /** @throws NotFoundError for a key that no object here can have */
  #pathOf(kind: ArenaKind, key: ObjectKey): string {
    const path = objectPath(kind, key);
    if (!path) throw objectNotFound(kind, key);
    const { namespaces } = this.#caches;
    if (namespaces && !namespaces.includes(key.namespace)) {
      throw new NotFoundError(
        `${objectNotFound(kind, key).message}: ${this.#servedText(
          key.namespace,
        )}`,
      );
    }
    return path;
  }

  #namespaceOf({
    kind,
    metadata,
  }: Pick<ArenaObjectInput, 'kind' | 'metadata'>): string {
    const namespace = metadata.namespace || DEFAULT_NAMESPACE;
    if (!isNamespaceName(namespace)) {
      const value = JSON.stringify(namespace);
      refuseObject({ kind, metadata }, [
        {
          field: 'metadata.namespace',
          reason: 'FieldValueInvalid',
          message: `Invalid value: ${value}: must be a lowercase DNS label of at most 63 characters`,
        },
      ]);
    }
    this.#checkServed(namespace, 'metadata.namespace');
    return namespace;
  }

  #checkServed(namespace: string, field: string): void {
    const { namespaces } = this.#caches;
    if (
      !isNamespaceName(namespace) ||
      namespaces?.includes(namespace) === false
    ) {
      throw new InputError(
        `${field}: Invalid value: ${JSON.stringify(namespace)}: ${
          namespaces
            ? this.#servedText(namespace)
            : 'not the name of a namespace'
        }`,
      );
    }
  }

  #servedText(namespace: string): string {
    const served = this.#caches.namespaces?.join(', ');
    return `namespace '${namespace}' of cluster '${this.cluster}' is not served, only ${served}`;
  }
}

/** Without undefined fields. */
function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
