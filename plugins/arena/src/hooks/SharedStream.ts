import {
  ArenaApi,
  ArenaStreamMessage,
} from '@backstage-arena/plugin-arena-common';

/** Topics that the server takes in one connection. */
const MAX_TOPICS = 20;
/** Tabs that open together must not each cost a connection. */
const SETTLE_MS = 50;
const LEADER_LOCK = 'arena-stream';

/** What tabs say to each other. */
type TabMessage =
  | { type: 'who' }
  | { type: 'topics'; tab: string; topics: string[] }
  | { type: 'stream'; to?: string; message: ArenaStreamMessage }
  | { type: 'refused'; reason: string };

/** The part of a `BroadcastChannel` that is needed. */
export interface TabChannel {
  postMessage(message: unknown): void;
  addEventListener(
    type: 'message',
    listener: (event: { data: unknown }) => void,
  ): void;
}

/** The part of a `LockManager` that is needed. */
export interface TabLocks {
  request(name: string, callback: () => Promise<void>): Promise<unknown>;
}

/** Where {@link SharedStream} gets its connections from, and how its tab reaches the others. */
export interface SharedStreamOptions {
  open: ArenaApi['stream'];
  channel: TabChannel;
  locks: TabLocks;
  tabId: string;
}

interface Subscription {
  topics: string[];
  onMessage: (message: ArenaStreamMessage) => void;
  refuse: (error: Error) => void;
}

function tabLock(tab: string): string {
  return `arena-tab-${tab}`;
}

function forever(): Promise<void> {
  return new Promise(() => {});
}

/**
 * One live connection for all tabs of a browser, for over HTTP/1.1 a browser has only six to a host. The tab that holds a lock
 * connects for the topics of all and passes on what it hears. The browser frees the locks of a tab that dies: that of the leader
 * makes another one lead, and that which every tab holds for itself tells the leader to forget it.
 */
export class SharedStream {
  private readonly options: SharedStreamOptions;
  private readonly ready: Promise<void>;
  private subscription?: Subscription;
  /** Topics by tab; only the leader has them. */
  private topics?: Map<string, string[]>;
  private connection?: { topics: string; controller: AbortController };
  private timer?: ReturnType<typeof setTimeout>;

  constructor(options: SharedStreamOptions) {
    this.options = options;
    options.channel.addEventListener('message', ({ data }) =>
      this.hear(data as TabMessage),
    );
    // Whoever asks for this lock later waits until the tab is gone.
    this.ready = new Promise(resolve => {
      options.locks.request(tabLock(options.tabId), () => {
        resolve();
        return forever();
      });
    });
    options.locks.request(LEADER_LOCK, () => {
      this.lead();
      return forever();
    });
  }

  /** Like `ArenaApi.stream`; a tab has one at a time. */
  async stream(
    topics: string[],
    onMessage: (message: ArenaStreamMessage) => void,
    options: { signal: AbortSignal },
  ): Promise<void> {
    await this.ready;
    const { signal } = options;
    if (signal.aborted) return;
    await new Promise<void>((resolve, reject) => {
      const subscription = { topics, onMessage, refuse: reject };
      this.subscription = subscription;
      this.announce();
      signal.addEventListener('abort', () => {
        if (this.subscription === subscription) {
          this.subscription = undefined;
          this.announce();
        }
        resolve();
      });
    });
  }

  private announce(): void {
    const { tabId } = this.options;
    const topics = this.subscription?.topics ?? [];
    if (this.topics) this.learn(tabId, topics);
    else this.say({ type: 'topics', tab: tabId, topics });
  }

  private say(message: TabMessage): void {
    this.options.channel.postMessage(message);
  }

  private hear(message: TabMessage): void {
    switch (message.type) {
      case 'who':
        this.announce();
        break;
      case 'topics':
        this.learn(message.tab, message.topics);
        break;
      case 'stream':
        if (!message.to || message.to === this.options.tabId) {
          this.subscription?.onMessage(message.message);
        }
        break;
      case 'refused':
        this.subscription?.refuse(new Error(message.reason));
        break;
      default:
        // A tab of another version says something new: not for this one.
        break;
    }
  }

  private lead(): void {
    this.topics = new Map();
    this.announce();
    this.say({ type: 'who' });
  }

  private learn(tab: string, topics: string[]): void {
    const known = this.topics;
    if (!known) return;
    const isNew = !known.has(tab);
    known.set(tab, topics);
    if (isNew && tab !== this.options.tabId) {
      this.options.locks.request(tabLock(tab), async () => {
        known.delete(tab);
        this.schedule();
      });
    }
    this.schedule(tab);
  }

  private schedule(cause?: string): void {
    if (cause && this.connection?.topics === this.wanted().join('\n')) {
      // Nothing new to connect for, but the tab may have missed something on its way here.
      this.tell({ type: 'reset' }, cause);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), SETTLE_MS);
  }

  private wanted(): string[] {
    return [...new Set([...(this.topics?.values() ?? [])].flat())].sort();
  }

  private connect(): void {
    const wanted = this.wanted();
    const key = wanted.join('\n');
    if (this.connection?.topics === key) return;
    this.connection?.controller.abort();
    this.connection = undefined;
    if (wanted.length === 0) return;
    const controller = new AbortController();
    this.connection = { topics: key, controller };
    for (let i = 0; i < wanted.length; i += MAX_TOPICS) {
      this.options
        .open(
          wanted.slice(i, i + MAX_TOPICS),
          message => {
            if (!controller.signal.aborted) this.tell(message);
          },
          { signal: controller.signal },
        )
        .catch(error => {
          if (controller.signal.aborted) return;
          controller.abort();
          this.connection = undefined;
          const reason = error instanceof Error ? error.message : String(error);
          this.say({ type: 'refused', reason });
          this.hear({ type: 'refused', reason });
        });
    }
  }

  private tell(message: ArenaStreamMessage, to?: string): void {
    const envelope: TabMessage = { type: 'stream', to, message };
    if (to !== this.options.tabId) this.say(envelope);
    this.hear(envelope);
  }
}

/** The shared stream where the browser can share (it needs a secure context), else a connection of the tab's own. */
export function createStream(api: ArenaApi): ArenaApi['stream'] {
  const open: ArenaApi['stream'] = (topics, onMessage, options) =>
    api.stream(topics, onMessage, options);
  if (
    typeof BroadcastChannel === 'undefined' ||
    typeof navigator === 'undefined' ||
    !navigator.locks
  ) {
    return open;
  }
  const shared = new SharedStream({
    open,
    channel: new BroadcastChannel(LEADER_LOCK),
    locks: navigator.locks,
    tabId: crypto.randomUUID(),
  });
  return (topics, onMessage, options) =>
    shared.stream(topics, onMessage, options);
}
