import {
  ArenaApi,
  ArenaStreamMessage,
} from '@backstage-arena/plugin-arena-common';

/** Receives every message of the shared stream, those of other topics too. */
export type StreamListener = (message: ArenaStreamMessage) => void;

/** Topics of one page come and go together: one new connection must do for all of them. */
const SETTLE_MS = 50;

/**
 * One live connection for everything on the screen. Browsers allow six connections to a host, so that a page must not open
 * one per card.
 */
export class StreamHub {
  private readonly stream: ArenaApi['stream'];
  private readonly onError: (error: unknown) => void;
  private readonly subscriptions = new Set<{
    topic: string;
    listener: StreamListener;
  }>();
  private connection?: { topics: string; controller: AbortController };
  private timer?: ReturnType<typeof setTimeout>;

  constructor(options: {
    stream: ArenaApi['stream'];
    onError: (error: unknown) => void;
  }) {
    this.stream = options.stream;
    this.onError = options.onError;
  }

  /** @returns a function that ends the subscription */
  subscribe(topic: string, listener: StreamListener): () => void {
    const subscription = { topic, listener };
    this.subscriptions.add(subscription);
    this.schedule();
    return () => {
      this.subscriptions.delete(subscription);
      this.schedule();
    };
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), SETTLE_MS);
  }

  private connect(): void {
    const topics = [...new Set([...this.subscriptions].map(s => s.topic))];
    const wanted = topics.sort().join('\n');
    if (this.connection?.topics === wanted) return;
    this.connection?.controller.abort();
    this.connection = undefined;
    if (topics.length === 0) return;

    const controller = new AbortController();
    this.connection = { topics: wanted, controller };
    this.stream(topics, message => this.deliver(controller, message), {
      signal: controller.signal,
    }).catch(error => {
      if (controller.signal.aborted) return;
      this.connection = undefined;
      this.onError(error);
    });
  }

  private deliver(
    controller: AbortController,
    message: ArenaStreamMessage,
  ): void {
    if (controller.signal.aborted) return;
    for (const { listener } of [...this.subscriptions]) {
      listener(message);
    }
  }
}
