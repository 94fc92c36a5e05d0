import { LoggerService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { KubeConfig } from '@kubernetes/client-node';
import { combineStates, InformerState } from './InformerState';
import { InformerStream } from './InformerStream';
import { KubeClient } from './KubeClient';
import { KubeObject } from './KubeObject';
import { compareVersions } from './versions';

/** A change of an object that an {@link Informer} knows. */
export interface InformerEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Its new state; of a deleted object the last one. */
  object: T;
  /** What listeners were told before. Absent for `ADDED`. */
  previous?: T;
  /** Namespace whose watch told it; empty when one watch serves the whole cluster. */
  stream: string;
  /** Version of the change. */
  resourceVersion: string;
  /** The object was there already when the informer started. */
  initial?: true;
}

/** Options of an {@link Informer}. */
export interface InformerOptions<T extends KubeObject> {
  kubeConfig: KubeConfig;
  /** Path of the list, for example `/apis/batch/v1/jobs` or `/api/v1/namespaces/x/pods`. */
  path: string;
  /**
   * Serves these namespaces, each with a list and a watch of its own; `path` is then that of the whole cluster. One that may not be read
   * does not hold up the others, and comes in by itself when it may.
   */
  namespaces?: readonly string[];
  labelSelector?: string;
  fieldSelector?: string;
  logger: LoggerService;
  /** Objects per page of a list. Default 500. */
  pageSize?: number;
  /** A watch that says nothing for so long is taken for dead. API servers send bookmarks each minute. Default 150 s. */
  stallMs?: number;
  /**
   * What is kept of an object. Default: everything but `managedFields`. Objects come as JSON, with times as strings: the classes of the
   * client library, which have `Date`s, are no description of them.
   */
  transform?: (object: KubeObject) => T;
  /** How a failure reads in the state and in the log. Default: as the error does. */
  explain?: (error: Error) => string;
}

/**
 * A cache of all objects of one resource type, kept up to date by watches.
 *
 * @remarks
 * Each change is told once, with what was there before, also those that were missed while the API server was away and are found by listing
 * again. Objects are shared with the cache: they must not be changed. What a write of ours returned can be noted, so that who writes and then
 * reads sees it before the watch tells.
 */
export class Informer<T extends KubeObject = KubeObject> {
  readonly #streams = new Map<string, InformerStream<T>>();
  readonly #listeners = new Set<(event: InformerEvent<T>) => void>();
  readonly #progressListeners = new Set<() => void>();

  constructor(options: InformerOptions<T>) {
    const { path, namespaces } = options;
    const client = KubeClient.for(options.kubeConfig);
    for (const namespace of namespaces ?? ['']) {
      const stream = new InformerStream<T>({
        ...options,
        client,
        path: namespace ? namespacedPath(path, namespace) : path,
        stream: namespace,
        emit: event => this.#listeners.forEach(listener => listener(event)),
        progressed: () => this.#progressListeners.forEach(listen => listen()),
      });
      this.#streams.set(namespace, stream);
    }
  }

  start(): void {
    this.#streams.forEach(stream => stream.start());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#streams.values()].map(s => s.stop()));
  }

  /** True once everything was listed that may be read. */
  get hasSynced(): boolean {
    const streams = [...this.#streams.values()];
    return (
      streams.some(({ synced }) => synced) &&
      streams.every(({ synced, isRefused }) => synced || isRefused)
    );
  }

  /**
   * Resolves once everything was listed that may be read, or once one namespace was.
   *
   * @throws NotAllowedError when that may not be read; the reason of the signal when it aborts
   */
  async synced(signal?: AbortSignal, namespace?: string): Promise<void> {
    const streams =
      namespace === undefined
        ? [...this.#streams.values()]
        : [this.#streamOf(namespace)].filter(stream => stream !== undefined);
    const isSynced = () =>
      namespace === undefined ? this.hasSynced : this.isSynced(namespace);
    const isRefused = () => streams.every(stream => stream.isRefused);
    await this.#until(() => isSynced() || isRefused(), signal);
    if (!isSynced()) {
      const { lastError } = combineStates(streams.map(({ state }) => state));
      throw new NotAllowedError(
        lastError ?? `Namespace '${namespace}' is not served`,
      );
    }
  }

  /** Resolves when the watches have told all that was noted, or after the time; true in the former case. */
  async caughtUp(timeoutMs: number): Promise<boolean> {
    const settled = () =>
      [...this.#streams.values()].every(
        stream => stream.noted === 0 || !stream.synced,
      );
    if (settled()) return true;
    const timeout = AbortSignal.timeout(timeoutMs);
    await this.#until(settled, timeout).catch(error => {
      if (!timeout.aborted) throw error;
    });
    return settled();
  }

  get state(): InformerState {
    const states = [...this.#streams.values()].map(stream => stream.state);
    return { ...combineStates(states), synced: this.hasSynced };
  }

  /** How far each watch has come, by stream; without those that have not listed yet. */
  get versions(): ReadonlyMap<string, string> {
    const versions = new Map<string, string>();
    for (const [name, { resourceVersion }] of this.#streams) {
      if (resourceVersion !== undefined) versions.set(name, resourceVersion);
    }
    return versions;
  }

  /** Everything up to this version is known; undefined before the first list. */
  get resourceVersion(): string | undefined {
    return this.hasSynced
      ? [...this.versions.values()].sort(compareVersions)[0]
      : undefined;
  }

  /** True when the namespace is served and was listed. */
  isSynced(namespace: string): boolean {
    return this.#streamOf(namespace)?.synced ?? false;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#streamOf(namespace)?.get(`${namespace}/${name}`);
  }

  /** In no order. */
  list(namespace?: string): T[] {
    return [...this.#streams.values()].flatMap(stream =>
      stream.list(namespace),
    );
  }

  /** As the watches told, without what was noted; ordered by namespace and name. */
  told(): T[] {
    const streams = [...this.#streams].sort(([a], [b]) => (a < b ? -1 : 1));
    return streams.flatMap(([, stream]) => stream.told());
  }

  /** Takes what a write returned, if it is newer than what the watch told. */
  note(object: T): void {
    this.#streamOf(object.metadata?.namespace ?? '')?.note(object);
  }

  /** Takes it that this very object is gone, before the watch tells. */
  noteDeleted(object: T): void {
    this.#streamOf(object.metadata?.namespace ?? '')?.noteDeleted(object);
  }

  /** The listener must not throw. Returns how to end it. */
  onEvent(listener: (event: InformerEvent<T>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told whenever a watch has come further, with or without a change. */
  onProgress(listener: () => void): () => void {
    this.#progressListeners.add(listener);
    return () => this.#progressListeners.delete(listener);
  }

  #streamOf(namespace: string): InformerStream<T> | undefined {
    return this.#streams.get('') ?? this.#streams.get(namespace);
  }

  #until(condition: () => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let end = () => {};
      const aborted = () => {
        end();
        reject(signal?.reason);
      };
      const check = () => {
        if (!condition()) return;
        end();
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      end = this.onProgress(check);
      signal?.addEventListener('abort', aborted, { once: true });
      if (signal?.aborted) aborted();
      else check();
    });
  }
}

/** `/apis/batch/v1/jobs` becomes `/apis/batch/v1/namespaces/x/jobs`. */
function namespacedPath(path: string, namespace: string): string {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash)}/namespaces/${namespace}${path.slice(slash)}`;
}
