import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { ArenaStreamMessage } from '@backstage-arena/plugin-arena-common';
import { ArenaService } from '@backstage-arena/plugin-arena-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedListener, ObjectFeed } from './ObjectFeed';

const OPEN_WITHIN_MS = 5_000;

export interface LiveStreamFeedOptions {
  arena: ArenaService;
  auth: AuthService;
  logger: LoggerService;
}

/** The changes of all clusters over one live stream of Arena. */
export class LiveStreamFeed implements ObjectFeed {
  private readonly options: LiveStreamFeedOptions;
  private readonly listeners: FeedListener[] = [];
  private controller: AbortController | undefined;
  private connected = false;
  private opened = Promise.resolve();
  private failure: string | undefined;

  constructor(options: LiveStreamFeedOptions) {
    this.options = options;
  }

  get isConnected(): boolean {
    return this.connected;
  }

  listen(listener: FeedListener): void {
    this.listeners.push(listener);
  }

  async start(): Promise<void> {
    if (!this.controller) this.open();
    const wait = new AbortController();
    await Promise.race([
      this.opened,
      sleep(OPEN_WITHIN_MS, undefined, { signal: wait.signal, ref: false }),
    ]).finally(() => wait.abort());
  }

  stop(): void {
    this.controller?.abort();
    this.controller = undefined;
    this.connected = false;
  }

  private open(): void {
    const controller = new AbortController();
    this.controller = controller;
    let resolveOpened = () => {};
    this.opened = new Promise(resolve => {
      resolveOpened = resolve;
    });
    this.run(controller.signal, resolveOpened)
      .catch(error => {
        if (controller.signal.aborted) return;
        // It was refused for good, by a policy for example: the next refresh tries again.
        const failure = stringifyError(error);
        if (failure !== this.failure) {
          this.options.logger.warn(
            `Changes of ArenaJobs are looked for with each refresh only, as there is no live stream: ${failure}`,
          );
        }
        this.failure = failure;
      })
      .finally(() => {
        resolveOpened();
        if (this.controller === controller) this.stop();
      });
  }

  private async run(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const { arena, auth } = this.options;
    const client = arena.as(await auth.getOwnServiceCredentials());
    await client.stream(
      ['jobs', 'sources'],
      message => {
        if (signal.aborted) return;
        this.tell(message);
        // The first message of a new stream is a reset: whoever reads after it misses nothing.
        onOpen();
      },
      {
        signal,
        onConnection: connected => {
          if (!signal.aborted) this.connected = connected;
        },
      },
    );
  }

  private tell(message: ArenaStreamMessage): void {
    if (message.type === 'reset') {
      this.listeners.forEach(listener => listener.reset());
    } else if (message.type === 'object') {
      const { change: type, cluster, object } = message;
      this.listeners
        .filter(listener => listener.cluster === cluster)
        .forEach(listener => listener.take({ type, object }));
    }
  }
}
