import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { InformerEvent } from './Informer';
import { InformerState } from './InformerState';
import { KubeClient } from './KubeClient';
import { isForbidden, isNotFound } from './kubeErrors';
import { KubeObject, keyOf, versionOf } from './KubeObject';
import { ObjectCache } from './ObjectCache';
import { Reflector, ReflectorSink } from './Reflector';
import { compareVersions } from './versions';
import { withoutManagedFields } from './withoutManagedFields';

export interface InformerStreamOptions<T extends KubeObject> {
  client: KubeClient;
  path: string;
  /** Name of the stream. */
  stream: string;
  labelSelector?: string;
  fieldSelector?: string;
  logger: LoggerService;
  pageSize?: number;
  stallMs?: number;
  transform?: (object: KubeObject) => T;
  explain?: (error: Error) => string;
  emit(event: InformerEvent<T>): void;
  progressed(): void;
}

/** Writes of ours that are remembered at most while nothing was listed: a watch that is refused tells none of them. */
const MAX_NOTES = 2_000;

/** What a write of ours said, until the watch says it too. */
type Note<T> = { object: T; deleted: boolean };

/** The part of an informer that one list and one watch keep up to date. */
export class InformerStream<T extends KubeObject> implements ReflectorSink {
  readonly #options: InformerStreamOptions<T>;
  readonly #transform: (object: KubeObject) => T;
  readonly #reflector: Reflector;
  readonly #cache = new ObjectCache<T>();
  readonly #notes = new Map<string, Note<T>>();
  #version: string | undefined;
  #isRefused = false;
  #lastError: string | undefined;
  #lastContactAt: Date | undefined;

  constructor(options: InformerStreamOptions<T>) {
    this.#options = options;
    // Without a transform of its own, T is what comes from the API server.
    this.#transform =
      options.transform ?? (object => withoutManagedFields(object) as T);
    this.#reflector = new Reflector({
      ...options,
      pageSize: options.pageSize ?? 500,
      stallMs: options.stallMs ?? 150_000,
      sink: this,
    });
  }

  start(): void {
    this.#reflector.start();
  }

  stop(): Promise<void> {
    return this.#reflector.stop();
  }

  get synced(): boolean {
    return this.#version !== undefined;
  }

  /** True while it has not been listed because it may not be read, or because there is no such resource. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  get resourceVersion(): string | undefined {
    return this.#version;
  }

  get state(): InformerState {
    const { stream } = this.#options;
    const lastError = this.#lastError;
    return {
      synced: this.synced,
      lastError,
      lastContactAt: this.#lastContactAt,
      failing: new Map(stream && lastError ? [[stream, lastError]] : []),
    };
  }

  /** Writes of ours that the watch has not told yet. */
  get noted(): number {
    return this.#notes.size;
  }

  get(key: string): T | undefined {
    const told = this.#cache.get(key);
    const note = this.#notes.get(key);
    return note ? merge(told, note) : told;
  }

  list(namespace?: string): T[] {
    const found: T[] = [];
    for (const told of this.#cache.values()) {
      if (inNamespace(told, namespace)) {
        const note = this.#notes.get(keyOf(told));
        const object = note ? merge(told, note) : told;
        if (object) found.push(object);
      }
    }
    for (const [key, { object, deleted }] of this.#notes) {
      const isNew = !deleted && this.#cache.get(key) === undefined;
      if (isNew && inNamespace(object, namespace)) found.push(object);
    }
    return found;
  }

  told(): T[] {
    return this.#cache.sorted();
  }

  note(raw: T): void {
    this.#addNote({ object: raw, deleted: false });
  }

  noteDeleted(object: T): void {
    // What is not known needs no note to be unknown; one would stay for ever.
    if (this.#cache.get(keyOf(object)) || this.#notes.has(keyOf(object))) {
      this.#addNote({ object, deleted: true });
    }
  }

  replace(objects: KubeObject[], resourceVersion: string): void {
    const before = new Map(
      [...this.#cache.values()].map(object => [keyOf(object), object]),
    );
    const isFirst = !this.synced;
    const changes: InformerEvent<T>[] = [];
    for (const raw of objects) {
      const key = keyOf(raw);
      const previous = before.get(key);
      before.delete(key);
      if (previous && versionOf(previous) === versionOf(raw)) continue;
      const object = this.#transform(raw);
      if (previous && previous.metadata?.uid !== object.metadata?.uid) {
        // It was deleted before the new one could be made.
        changes.push(this.#event('DELETED', previous, versionOf(object)));
        changes.push(this.#event('ADDED', object));
      } else {
        changes.push({
          ...this.#event(previous ? 'MODIFIED' : 'ADDED', object),
          previous,
        });
      }
      this.#cache.set(object);
    }
    for (const [key, gone] of before) {
      this.#cache.delete(key);
      changes.push(this.#event('DELETED', gone, resourceVersion));
    }
    this.#version = resourceVersion;
    this.#isRefused = false;
    // In the order in which it happened, as far as it is known.
    changes.sort((a, b) =>
      compareVersions(a.resourceVersion, b.resourceVersion),
    );
    this.#lastError = undefined;
    for (const change of changes) {
      this.#options.emit({ ...change, ...(isFirst && { initial: true }) });
    }
    this.#advance();
  }

  change(type: 'ADDED' | 'MODIFIED' | 'DELETED', raw: KubeObject): void {
    const key = keyOf(raw);
    const resourceVersion = versionOf(raw);
    const object = this.#transform(raw);
    const previous = this.#cache.get(key);
    if (type === 'DELETED') {
      this.#cache.delete(key);
    } else {
      this.#cache.set(object);
    }
    this.#version = resourceVersion;
    if (type !== 'DELETED') {
      const told = previous ? 'MODIFIED' : 'ADDED';
      this.#options.emit({ ...this.#event(told, object), previous });
    } else if (previous) {
      this.#options.emit({ ...this.#event(type, object), previous });
    }
    this.#advance();
  }

  progress(resourceVersion: string): void {
    this.#version = resourceVersion;
    this.#advance();
  }

  contact(): void {
    this.#lastContactAt = new Date();
    this.#lastError = undefined;
  }

  failed(error: Error): void {
    const { explain = stringifyError } = this.#options;
    const text = explain(error);
    if (text !== this.#lastError) {
      this.#options.logger.warn(
        `Following ${this.#options.path} was interrupted: ${text}`,
      );
    }
    this.#lastError = text;
    // It stays so when the next try fails otherwise: what may be read does not wait for it again.
    this.#isRefused ||=
      !this.synced && (isForbidden(error) || isNotFound(error));
    this.#options.progressed();
  }

  #addNote(note: Note<T>): void {
    const key = keyOf(note.object);
    const known = this.#notes.get(key)?.object ?? this.#cache.get(key);
    const isNewer =
      !known ||
      note.deleted ||
      compareVersions(versionOf(note.object), versionOf(known)) > 0;
    if (!isNewer) return;
    this.#notes.delete(key);
    this.#notes.set(key, note);
    if (this.synced || this.#notes.size <= MAX_NOTES) return;
    const [oldest] = this.#notes.keys();
    this.#notes.delete(oldest);
  }

  #event(
    type: InformerEvent<T>['type'],
    object: T,
    resourceVersion = versionOf(object),
  ): InformerEvent<T> {
    const { stream } = this.#options;
    return { type, object, stream, resourceVersion };
  }

  /** Drops notes that the watch has caught up with. */
  #advance(): void {
    for (const [key, { object, deleted }] of this.#notes) {
      const told = this.#cache.get(key)?.metadata?.uid;
      // Of a deleted object both have to be told: that it came, and that it went.
      const caughtUp =
        compareVersions(this.#version ?? '0', versionOf(object)) >= 0 &&
        !(deleted && told === object.metadata?.uid);
      if (caughtUp) this.#notes.delete(key);
    }
    this.#options.progressed();
  }
}

function merge<T extends KubeObject>(
  told: T | undefined,
  { object, deleted }: Note<T>,
): T | undefined {
  if (deleted) {
    return told?.metadata?.uid === object.metadata?.uid ? undefined : told;
  }
  return told && compareVersions(versionOf(told), versionOf(object)) > 0
    ? told
    : object;
}

function inNamespace(object: KubeObject, namespace?: string): boolean {
  return namespace === undefined || object.metadata?.namespace === namespace;
}
