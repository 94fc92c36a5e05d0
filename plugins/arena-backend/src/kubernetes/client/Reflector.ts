import { LoggerService } from '@backstage/backend-plugin-api';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringifyError } from '@backstage/errors';
import { Backoff } from './Backoff';
import { KubeClient } from './KubeClient';
import { codeOf, isGone, retryAfterOf, statusOf } from './kubeErrors';
import { KubeObject } from './KubeObject';
import { listAll } from './listAll';
import { readWatch } from './readWatch';

/** Told what an API server has, in order. */
export interface ReflectorSink {
  /** All there is, as of a version. */
  replace(objects: KubeObject[], resourceVersion: string): void;
  change(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void;
  /** Everything up to this version was told. */
  progress(resourceVersion: string): void;
  contact(): void;
  failed(error: Error): void;
}

/** Options of a {@link Reflector}. */
export interface ReflectorOptions {
  client: KubeClient;
  path: string;
  labelSelector?: string;
  fieldSelector?: string;
  logger: LoggerService;
  pageSize: number;
  stallMs: number;
  sink: ReflectorSink;
}

/** Watches are renewed after five to ten minutes, each at another time. */
const WATCH_MIN_S = 300;
/** A watch that ended sooner, with nothing to tell, counts as a failure: it must not be repeated without a pause. */
const WATCH_USEFUL_MS = 5_000;

/**
 * Lists the objects of one path, then follows their changes for ever.
 *
 * @remarks
 * A loop of its own in place of the library's informer, which reads lists in one piece, asks for no bookmarks, stops at any error but
 * 410, and does not notice a connection that died silently. Here every error leads to another try with growing delays: the watch goes on from
 * the last version, and only a version that the API server forgot (410, as an answer or within a watch) makes it list again.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #abort = new AbortController();
  readonly #backoff = new Backoff({ firstMs: 500, maxMs: 10_000 });
  #version: string | undefined;
  /** A version was forgotten, and nothing came from a watch since. */
  #relisted = false;
  #running: Promise<void> | undefined;

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        this.#version ??= await this.#list();
        this.#version = await this.#watch(this.#version);
      } catch (error) {
        if (signal.aborted) return;
        await this.#recover(error as Error);
      }
    }
  }

  async #recover(error: Error): Promise<void> {
    const { path, logger, sink } = this.#options;
    if (isForgotten(error)) this.#version = undefined;
    // A forgotten version is nothing unusual, also after a failure; one after another is.
    if (isGone(error) && !this.#relisted) {
      this.#relisted = true;
      logger.debug(`${path} will be listed again: ${error.message}`);
      return;
    }
    const delayMs = Math.max(this.#backoff.next(), retryAfterOf(error) ?? 0);
    sink.failed(error);
    logger.debug(
      `Following ${path} goes on in ${Math.round(delayMs)} ms: ${stringifyError(
        error,
      )}`,
    );
    await sleep(delayMs, undefined, { signal: this.#abort.signal }).catch(
      () => undefined,
    );
  }

  async #list(): Promise<string> {
    const { client, sink } = this.#options;
    const { items, resourceVersion } = await listAll(client, {
      ...this.#options,
      signal: this.#abort.signal,
      onPage: () => sink.contact(),
    });
    sink.replace(items, resourceVersion);
    return resourceVersion;
  }

  /** Follows from a version until the API server ends the watch. Returns the version to go on from. */
  async #watch(from: string): Promise<string> {
    const { client, path, labelSelector, fieldSelector, stallMs, sink } =
      this.#options;
    this.#version = from;
    const startedAt = performance.now();
    const response = await client.open({
      path,
      query: {
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: from,
        timeoutSeconds: Math.round(WATCH_MIN_S * (1 + Math.random())),
        labelSelector,
        fieldSelector,
      },
      signal: this.#abort.signal,
      timeoutMs: Math.min(stallMs, 30_000),
    });
    sink.contact();
    const lines = readWatch(response, { request: `WATCH ${path}`, stallMs });
    for await (const line of lines) {
      this.#backoff.reset();
      this.#relisted = false;
      sink.contact();
      if (line.type === 'BOOKMARK') {
        this.#version = line.resourceVersion;
        sink.progress(line.resourceVersion);
      } else {
        sink.change(line.type, line.object);
        this.#version = line.object.metadata?.resourceVersion ?? this.#version;
      }
    }
    if (performance.now() - startedAt < WATCH_USEFUL_MS) {
      throw new Error(`The watch of ${path} ended as soon as it began`);
    }
    this.#backoff.reset();
    return this.#version;
  }
}

/** The version is of no use any more: forgotten, of another life of the cluster, or not understood. */
function isForgotten(error: Error): boolean {
  const causes = statusOf(error)?.details?.causes ?? [];
  return (
    [400, 404, 410].includes(codeOf(error) ?? 0) ||
    causes.some(({ reason }) => reason === 'ResourceVersionTooLarge')
  );
}
