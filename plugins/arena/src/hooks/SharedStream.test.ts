import { ArenaStreamMessage } from '@backstage-arena/plugin-arena-common';
import { SharedStream, TabChannel, TabLocks } from './SharedStream';

/** A browser with tabs: what they say reaches the others, and a tab that dies loses its locks. */
class Browser {
  readonly opened: Array<{
    tab: string;
    topics: string[];
    onMessage: (message: ArenaStreamMessage) => void;
    signal: AbortSignal;
    refuse: (error: Error) => void;
  }> = [];
  private readonly listeners = new Map<
    string,
    (event: { data: unknown }) => void
  >();
  private readonly queues = new Map<
    string,
    Array<{ tab: string; grant: () => Promise<void> }>
  >();

  get live() {
    return this.opened.filter(one => !one.signal.aborted);
  }

  tab(tabId: string): SharedStream {
    const channel: TabChannel = {
      addEventListener: (_, listener) => {
        this.listeners.set(tabId, listener);
      },
      postMessage: data => {
        const copy = JSON.parse(JSON.stringify(data));
        for (const [id, listener] of this.listeners) {
          if (id !== tabId) listener({ data: copy });
        }
      },
    };
    const locks: TabLocks = {
      request: async (name, grant) => {
        const queue = this.queues.get(name) ?? [];
        this.queues.set(name, queue);
        queue.push({ tab: tabId, grant });
        if (queue.length === 1) await this.serve(name);
      },
    };
    return new SharedStream({
      tabId,
      channel,
      locks,
      open: (topics, onMessage, { signal }) =>
        new Promise((_, refuse) =>
          this.opened.push({
            tab: tabId,
            topics,
            onMessage,
            signal,
            refuse: refuse,
          }),
        ),
    });
  }

  kill(tabId: string): void {
    this.listeners.delete(tabId);
    this.opened.splice(
      0,
      this.opened.length,
      ...this.opened.filter(one => one.tab !== tabId),
    );
    for (const [name, queue] of this.queues) {
      const held = queue[0]?.tab === tabId;
      this.queues.set(
        name,
        queue.filter(one => one.tab !== tabId),
      );
      if (held) this.serve(name);
    }
  }

  private async serve(name: string): Promise<void> {
    const next = this.queues.get(name)?.[0];
    if (!next) return;
    await next.grant();
    const queue = this.queues.get(name) ?? [];
    this.queues.set(name, queue.slice(1));
    await this.serve(name);
  }
}

describe('SharedStream', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const settle = () => jest.advanceTimersByTimeAsync(200);

  function subscribe(tab: SharedStream, ...topics: string[]) {
    const messages: ArenaStreamMessage[] = [];
    const controller = new AbortController();
    const ended = tab.stream(topics, message => messages.push(message), {
      signal: controller.signal,
    });
    const refused = ended.then(
      () => undefined,
      error => error,
    );
    return { messages, close: () => controller.abort(), refused };
  }

  it('opens one connection for the topics of all tabs', async () => {
    const browser = new Browser();
    const a = subscribe(browser.tab('a'), 'jobs');
    const b = subscribe(browser.tab('b'), 'run:1', 'jobs');
    await settle();
    expect(browser.live).toMatchObject([
      { tab: 'a', topics: ['jobs', 'run:1'] },
    ]);
    browser.live[0].onMessage({ type: 'reset' });
    expect(a.messages).toEqual([{ type: 'reset' }]);
    expect(b.messages).toEqual([{ type: 'reset' }]);
  });

  it('tells only the tab that came later to read again', async () => {
    const browser = new Browser();
    const a = subscribe(browser.tab('a'), 'jobs');
    await settle();
    const b = subscribe(browser.tab('b'), 'jobs');
    await settle();
    expect(browser.opened).toHaveLength(1);
    expect(a.messages).toEqual([]);
    expect(b.messages).toEqual([{ type: 'reset' }]);
  });

  it('goes on in another tab when the one that connects dies', async () => {
    const browser = new Browser();
    subscribe(browser.tab('a'), 'jobs');
    const b = subscribe(browser.tab('b'), 'sources');
    const c = subscribe(browser.tab('c'), 'run:1');
    await settle();
    browser.kill('a');
    await settle();
    expect(browser.live).toMatchObject([
      { tab: 'b', topics: ['run:1', 'sources'] },
    ]);
    browser.live[0].onMessage({ type: 'reset' });
    expect(b.messages).toEqual([{ type: 'reset' }]);
    expect(c.messages).toEqual([{ type: 'reset' }]);
  });

  it('forgets what a dead tab wanted', async () => {
    const browser = new Browser();
    subscribe(browser.tab('a'), 'jobs');
    subscribe(browser.tab('b'), 'run:1');
    await settle();
    browser.kill('b');
    await settle();
    expect(browser.live).toMatchObject([{ topics: ['jobs'] }]);
  });

  it('disconnects with the last subscription', async () => {
    const browser = new Browser();
    const a = subscribe(browser.tab('a'), 'jobs');
    const b = subscribe(browser.tab('b'), 'jobs');
    await settle();
    a.close();
    await settle();
    expect(browser.live).toHaveLength(1);
    b.close();
    await settle();
    expect(browser.live).toEqual([]);
  });

  it('splits more topics than a connection takes', async () => {
    const browser = new Browser();
    for (let i = 0; i < 9; i++) {
      subscribe(browser.tab(`tab-${i}`), `run:${i}`, `job:c/ns/${i}`, 'jobs');
    }
    await settle();
    expect(browser.live).toHaveLength(1);
    subscribe(browser.tab('more'), 'run:x', 'sources');
    await settle();
    expect(browser.live.map(one => one.topics.length)).toEqual([20, 1]);
  });

  it('tells every tab that the server refuses', async () => {
    const browser = new Browser();
    const a = subscribe(browser.tab('a'), 'jobs');
    const b = subscribe(browser.tab('b'), 'jobs');
    await settle();
    browser.live[0].refuse(new Error('forbidden'));
    expect(await a.refused).toEqual(new Error('forbidden'));
    expect(await b.refused).toEqual(new Error('forbidden'));
  });
});
