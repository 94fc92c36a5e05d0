import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { GoneError, ResourceStore } from '@backstage-arena/plugin-arena-node';
import { ArenaKind, ArenaObject } from '@backstage-arena/plugin-arena-common';
import { Controller } from './Controller';
import { KeyedQueue } from './KeyedQueue';
import { formatKey, parseKey } from './objectKeys';
import { ReconcileObserver } from './ReconcileObserver';

const PAGE_SIZE = 500;
const RETRY_MS = 1_000;

/** Options of a {@link ControllerManager}. */
export interface ControllerManagerOptions {
  store: ResourceStore;
  controllers: Controller[];
  logger: LoggerService;
  /** Which objects are driven. Default: all. */
  takes?: (object: ArenaObject) => boolean;
  /** Keys of one controller that are worked on at a time. */
  concurrency?: number;
  backoffMs?: number;
  maxBackoffMs?: number;
  /** Default: nobody watches. */
  observer?: ReconcileObserver;
}

interface Watcher {
  controller: AbortController;
  done: Promise<void>;
}

/**
 * Wakes controllers: lists what there is, then follows the changes, and starts anew when the store no longer remembers the
 * point at which the watch stopped. Changes only wake; a controller reads the world itself.
 */
export class ControllerManager {
  private readonly options: ControllerManagerOptions;
  private readonly logger: LoggerService;
  private queues = new Map<Controller, KeyedQueue>();
  private watchers: Watcher[] = [];
  private silences: Array<() => void> = [];

  constructor(options: ControllerManagerOptions) {
    this.options = options;
    this.logger = options.logger;
  }

  /**
   * Begins to act. Called when this replica was elected.
   *
   * @param isLeader - Asked before each piece of work: false while another replica may be acting.
   */
  async start(isLeader: () => boolean): Promise<void> {
    if (this.watchers.length > 0) await this.stop();
    for (const controller of this.options.controllers) {
      const queue = this.createQueue(controller, isLeader);
      this.queues.set(controller, queue);
      const silence = controller.wokenBy?.(key => queue.add(formatKey(key)));
      if (silence) this.silences.push(silence);
    }
    for (const kind of this.watchedKinds()) {
      const abort = new AbortController();
      this.watchers.push({
        controller: abort,
        done: this.follow(kind, abort.signal),
      });
    }
  }

  /** Ends acting; resolves when nothing is worked on any more. */
  async stop(): Promise<void> {
    this.silences.splice(0).forEach(silence => silence());
    const watchers = this.watchers.splice(0);
    const queues = [...this.queues.values()];
    this.queues = new Map();
    watchers.forEach(watcher => watcher.controller.abort());
    const ended = Promise.all(queues.map(queue => queue.stop()));
    // Now that the queues begin nothing new.
    this.options.controllers.forEach(controller => controller.interrupt?.());
    await ended;
    await Promise.all(watchers.map(watcher => watcher.done));
    for (const controller of this.options.controllers) {
      await controller.stepDown?.();
    }
  }

  /** How many objects wait for a look or are looked at, by kind. */
  queued(): Map<ArenaKind, number> {
    const counts = new Map<ArenaKind, number>();
    for (const { kind } of this.options.controllers) counts.set(kind, 0);
    for (const [{ kind }, queue] of this.queues) {
      counts.set(kind, (counts.get(kind) ?? 0) + queue.size);
    }
    return counts;
  }

  private watchedKinds(): ArenaKind[] {
    const { controllers } = this.options;
    if (controllers.some(controller => controller.affectedBy)) {
      return [
        'ArenaSource',
        'Provider',
        'ToolRegistry',
        'AgentRuntime',
        'ArenaReferenceGrant',
        'ArenaConfig',
        'ArenaJob',
      ];
    }
    return [...new Set(controllers.map(controller => controller.kind))];
  }

  private createQueue(
    controller: Controller,
    isLeader: () => boolean,
  ): KeyedQueue {
    const { concurrency, backoffMs, maxBackoffMs } = this.options;
    return new KeyedQueue({
      concurrency: concurrency ?? 4,
      backoffMs: backoffMs ?? 500,
      maxBackoffMs: maxBackoffMs ?? 60_000,
      work: async key => {
        // The lease may come back without an election in between; the key must not be lost until then.
        if (!isLeader()) return RETRY_MS;
        const look = async () => controller.reconcile(parseKey(key));
        const { observer } = this.options;
        const { kind } = controller;
        const result = await (observer?.reconcile({ kind, key }, look) ??
          look());
        return result?.requeueAfterMs;
      },
      onError: (key, error, delayMs) => {
        const level = isConflict(error) ? 'debug' : 'warn';
        this.logger[level](
          `${
            controller.kind
          } ${key} will be tried again in ${delayMs} ms: ${stringifyError(
            error,
          )}`,
          controller.kind === 'ArenaJob' ? { job: key } : { object: key },
        );
      },
    });
  }

  private async follow(kind: ArenaKind, signal: AbortSignal): Promise<void> {
    let resourceVersion: string | undefined;
    let told: string | undefined;
    while (!signal.aborted) {
      try {
        resourceVersion ??= await this.listAll(kind, signal);
        told = undefined;
        const events = this.options.store.watch(kind, {
          resourceVersion,
          signal,
        });
        for await (const event of events) {
          if (signal.aborted) return;
          resourceVersion = event.object.metadata.resourceVersion;
          this.changed(event.object);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof GoneError || isNamed(error, 'GoneError')) {
          resourceVersion = undefined;
          continue;
        }
        // What lasts, such as a right that is missing, is told once.
        const text = stringifyError(error);
        if (text !== told) {
          this.logger.warn(`Watching ${kind} was interrupted: ${text}`);
        }
        told = text;
      }
      await pause(RETRY_MS, signal);
    }
  }

  private async listAll(kind: ArenaKind, signal: AbortSignal): Promise<string> {
    let token: string | undefined;
    let resourceVersion: string | undefined;
    do {
      const page = await this.options.store.list(kind, {
        limit: PAGE_SIZE,
        continue: token,
      });
      if (signal.aborted) break;
      page.items.forEach(object => this.changed(object));
      // The first page's version: what changes while the rest is read is then seen by the watch.
      resourceVersion ??= page.metadata.resourceVersion;
      token = page.metadata.continue;
    } while (token);
    return resourceVersion ?? '0';
  }

  private changed(object: ArenaObject): void {
    const { takes = () => true } = this.options;
    for (const [controller, queue] of this.queues) {
      if (controller.kind === object.kind && takes(object)) {
        if (controller.wants?.(object) ?? true) {
          queue.add(formatKey(object.metadata));
        }
      }
      for (const key of controller.affectedBy?.(object) ?? []) {
        queue.add(formatKey(key));
      }
    }
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function isConflict(error: unknown): boolean {
  return isNamed(error, 'ConflictError');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(finish, ms);
    function finish() {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    }
    signal.addEventListener('abort', finish);
  });
}
