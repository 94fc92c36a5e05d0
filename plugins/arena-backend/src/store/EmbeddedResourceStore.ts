import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
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
import { Knex } from 'knex';
import { isDeepStrictEqual } from 'node:util';
import { retryWhileBusy, transact } from '../database/transact';
import { Clock } from '../time/Clock';
import { formatTimestamp } from '../time/formatTimestamp';
import { Admission } from './Admission';
import { ChangeFeed } from './ChangeFeed';
import { ChangeSignal } from './ChangeSignal';
import { checkPreconditions, checkSeen } from './objects/checkPreconditions';
import { generateName } from './objects/generateName';
import { copyInput, DEFAULT_NAMESPACE, newObject } from './objects/newObject';
import { updatedObject } from './objects/updatedObject';
import { findObject } from './operations/findObject';
import { insertObject } from './operations/insertObject';
import { removeObject } from './operations/removeObject';
import { replaceObject } from './operations/replaceObject';
import { StaleObjectError } from './operations/StaleObjectError';
import {
  namesOfKind,
  objectExists,
  objectModified,
  objectNotFound,
} from './storeErrors';
import { StoreReader } from './StoreReader';

const MAX_NAME_ATTEMPTS = 8;
const MAX_WRITE_ATTEMPTS = 50;

export interface EmbeddedResourceStoreOptions {
  knex: Knex;
  cluster: string;
  admission: Admission;
  clock: Clock;
  changeSignal: ChangeSignal;
  changeFeed: ChangeFeed;
}

/**
 * API objects in the Backstage database.
 *
 * @remarks
 * `resource_revisions` is the history: one document per change, numbered by resourceVersion. `resources` points to the current
 * revision of each object that exists, with columns to find it by. A write prepares the next state outside of any transaction
 * (admission can take its time), then takes the store's lock, checks that the object is still in the state it was prepared from, and
 * writes both. History that nobody needs any more is dropped by {@link HistoryCompactor}; what owners leave behind
 * is deleted by {@link OwnerGarbageCollector}.
 */
export class EmbeddedResourceStore implements ResourceStore {
  readonly cluster: string;
  readonly #options: EmbeddedResourceStoreOptions;
  readonly #reader: StoreReader;
  readonly #removedListeners: ((uid: string) => void)[] = [];

  constructor(options: EmbeddedResourceStoreOptions) {
    this.cluster = options.cluster;
    this.#options = options;
    this.#reader = new StoreReader(options);
  }

  /** The listener is told the UID of each object that this process removes, after it is gone. */
  onRemoved(listener: (uid: string) => void): void {
    this.#removedListeners.push(listener);
  }

  async get<T extends ArenaObject = ArenaObject>(
    kind: ArenaKind,
    key: ObjectKey,
  ): Promise<T> {
    return (await this.#find(kind, key)) as T;
  }

  async list<T extends ArenaObject = ArenaObject>(
    kind: ArenaKind,
    options: StoreListOptions = {},
  ): Promise<ArenaList<T>> {
    return this.#reader.list<T>(kind, options);
  }

  async *watch(
    kind: ArenaKind | 'all',
    options: StoreWatchOptions,
  ): AsyncGenerator<WatchEvent> {
    if (kind !== 'all') {
      namesOfKind(kind);
    }
    if (options.namespace?.includes('\0')) {
      throw new InputError('namespace: Invalid value: it contains NUL');
    }
    const changes = this.#options.changeFeed.follow({ ...options, kind });
    for await (const change of changes) {
      if ('object' in change) {
        yield change.object;
      }
    }
  }

  async create<T extends ArenaObject = ArenaObject>(
    input: ArenaObjectInput<JsonObject>,
    options: { dryRun?: boolean } = {},
  ): Promise<T> {
    const admitted = this.#options.admission.admit(copyInput(input));
    const { name, generateName: prefix = '' } = admitted.metadata;
    for (let attempt = 1; ; attempt++) {
      const now = this.#options.clock.now();
      const object = newObject(admitted, {
        now,
        generatedName: generateName(prefix),
      });
      const created = options.dryRun
        ? await this.#insertDry(object)
        : await this.#insert(object, now);
      if (created) {
        return created as T;
      }
      if (name || attempt === MAX_NAME_ATTEMPTS) {
        throw objectExists(object.kind, object.metadata);
      }
    }
  }

  async update<T extends ArenaObject = ArenaObject>(
    input: ArenaObjectInput<JsonObject>,
    options: { dryRun?: boolean } = {},
  ): Promise<T> {
    const copy = copyInput(input);
    const { kind, metadata } = copy;
    const key = {
      namespace: metadata.namespace || DEFAULT_NAMESPACE,
      name: String(metadata.name ?? ''),
    };
    const wanted = metadata.resourceVersion || undefined;
    return this.#change<T>(kind, key, wanted, async (current, now) => {
      checkSeen(current, { uid: metadata.uid, resourceVersion: wanted });
      const admitted = this.#options.admission.admit(copy, current);
      const next = updatedObject(current, admitted);
      if (!isDeepStrictEqual(next.spec, current.spec)) {
        next.metadata.generation = current.metadata.generation + 1;
      }
      return options.dryRun ? next : this.#write(current, next, now);
    });
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
    const { kind, status } = copyInput(object) as ArenaObject;
    const key = object.metadata;
    return this.#change<T>(kind, key, resourceVersion, async (current, now) => {
      checkSeen(current, { uid, resourceVersion });
      const next = { ...current, status };
      return this.#write(
        current,
        this.#options.admission.admitStatus(next),
        now,
      );
    });
  }

  async delete<T extends ArenaObject = ArenaObject>(
    kind: ArenaKind,
    key: ObjectKey,
    options: StoreDeleteOptions = {},
  ): Promise<T> {
    const { preconditions = {}, dryRun } = options;
    const wanted = preconditions.resourceVersion;
    return this.#change<T>(kind, key, wanted, async (current, now) => {
      checkPreconditions(current, preconditions);
      if (!current.metadata.finalizers?.length) {
        return dryRun ? current : this.#remove(current, current, now);
      }
      if (current.metadata.deletionTimestamp) {
        return current;
      }
      const next: ArenaObject = {
        ...current,
        metadata: {
          ...current.metadata,
          deletionTimestamp: formatTimestamp(now),
        },
      };
      return dryRun ? next : this.#write(current, next, now);
    });
  }

  async #find(kind: ArenaKind, key: ObjectKey): Promise<ArenaObject> {
    namesOfKind(kind);
    const { knex } = this.#options;
    const found = await retryWhileBusy(() =>
      findObject(knex, { cluster: this.cluster, kind, key }),
    );
    if (!found) {
      throw objectNotFound(kind, key);
    }
    return found;
  }

  /** Reads, decides and writes; again when another writer came between, unless the caller insisted on a version. */
  async #change<T extends ArenaObject>(
    kind: ArenaKind,
    key: ObjectKey,
    wanted: string | undefined,
    decide: (current: ArenaObject, now: Date) => Promise<ArenaObject>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const current = await this.#find(kind, key);
      try {
        return (await decide(current, this.#options.clock.now())) as T;
      } catch (error) {
        if (!(error instanceof StaleObjectError)) {
          throw error;
        }
        if (wanted || attempt === MAX_WRITE_ATTEMPTS) {
          throw objectModified(kind, key);
        }
      }
    }
  }

  /** Undefined when the name is taken. */
  async #insert(
    object: ArenaObject,
    now: Date,
  ): Promise<ArenaObject | undefined> {
    const { knex } = this.#options;
    try {
      const created = await transact(knex, tx =>
        insertObject(tx, { cluster: this.cluster, object, now }),
      );
      this.#announce(created);
      return created;
    } catch (error) {
      if (isDatabaseConflictError(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async #insertDry(object: ArenaObject): Promise<ArenaObject | undefined> {
    const taken = await findObject(this.#options.knex, {
      cluster: this.cluster,
      kind: object.kind,
      key: object.metadata,
    });
    return taken ? undefined : object;
  }

  async #write(
    current: ArenaObject,
    next: ArenaObject,
    now: Date,
  ): Promise<ArenaObject> {
    const { metadata } = next;
    if (metadata.deletionTimestamp && !metadata.finalizers?.length) {
      return this.#remove(current, next, now);
    }
    // A write that changes nothing is no change: controllers that write the same status do not wake each other.
    if (isDeepStrictEqual(JSON.parse(JSON.stringify(next)), current)) {
      return current;
    }
    const written = await transact(this.#options.knex, tx =>
      replaceObject(tx, { cluster: this.cluster, current, next, now }),
    );
    this.#announce(written);
    return written;
  }

  async #remove(
    current: ArenaObject,
    last: ArenaObject,
    now: Date,
  ): Promise<ArenaObject> {
    const removed = await transact(this.#options.knex, tx =>
      removeObject(tx, { cluster: this.cluster, current, last, now }),
    );
    this.#announce(removed);
    this.#removedListeners.forEach(listener => listener(removed.metadata.uid));
    return removed;
  }

  #announce(object: ArenaObject): void {
    this.#options.changeSignal.observe(Number(object.metadata.resourceVersion));
  }
}
