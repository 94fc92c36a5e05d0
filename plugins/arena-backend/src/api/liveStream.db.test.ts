import { mockCredentials } from '@backstage/backend-test-utils';
import { mockLogger } from '../__testUtils__/mockLogger';
import {
  ArenaClient,
  ArenaStreamMessage,
} from '@backstage-arena/plugin-arena-common';
import { connect, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { databases } from '../__testUtils__/databases';
import { createRunServices } from '../runs/createRunServices';
import { input } from '../store/__testUtils__/storeTestBed';
import {
  ApiTestBed,
  asUser,
  createApiTestBed,
  USER,
} from './__testUtils__/apiTestBed';
import { OpenApiDocument } from './__testUtils__/OpenApiDocument';
import { createRun, work } from './__testUtils__/testRun';

jest.setTimeout(60_000);

const timing = {
  heartbeatMs: 100,
  runIntervalMs: 50,
  gatherMs: 10,
  stallMs: 500,
};
const validMessage = new OpenApiDocument().component('StreamMessage');

/** One connection to the stream, with what came over it. */
class Reader {
  readonly messages: Array<{ id: string; message: ArenaStreamMessage }> = [];
  headers = new Headers();
  text = '';
  ended = false;
  private readonly abort = new AbortController();

  async open(
    bed: ApiTestBed,
    topics: string[],
    lastEventId?: string,
  ): Promise<this> {
    const query = topics.map(topic => `topic=${encodeURIComponent(topic)}`);
    const response = await fetch(
      `${bed.baseUrl}/v1/stream?${query.join('&')}`,
      {
        headers: {
          ...asUser,
          'Accept-Encoding': 'gzip',
          ...(lastEventId && { 'Last-Event-ID': lastEventId }),
        },
        signal: this.abort.signal,
      },
    );
    if (response.status !== 200) {
      throw new Error(`The stream answered ${response.status}`);
    }
    this.headers = response.headers;
    this.read(response).catch(() => {
      this.ended = true;
    });
    return this;
  }

  private async read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    const source = response.body!.getReader();
    for (;;) {
      const { done, value: chunk } = await source.read();
      if (done) break;
      const text = decoder.decode(chunk, { stream: true });
      this.text += text;
      rest += text;
      const parts = rest.split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const match = /^id: (.*)\ndata: (.*)$/.exec(part);
        if (!match) continue;
        const message: ArenaStreamMessage = JSON.parse(match[2]);
        const isValid = validMessage(message);
        if (!isValid) {
          throw new Error(`Not as described: ${match[2]}`);
        }
        this.messages.push({ id: match[1], message });
      }
    }
    this.ended = true;
  }

  close(): void {
    this.abort.abort();
  }

  get types(): string[] {
    return this.messages.map(({ message }) => message.type);
  }

  get lastId(): string {
    return this.messages[this.messages.length - 1].id;
  }

  /** Names of the objects, in order. */
  get names(): string[] {
    return this.messages.flatMap(({ message }) =>
      message.type === 'object' ? [message.object.metadata.name] : [],
    );
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not happen in time');
    await sleep(10);
  }
}

describe.each(databases.eachSupportedId())('live stream, %s', id => {
  let bed: ApiTestBed;
  const readers: Reader[] = [];

  beforeEach(async () => {
    bed = await createApiTestBed(id, { streamTiming: timing });
  });

  afterEach(() => {
    readers.splice(0).forEach(reader => reader.close());
  });

  const open = async (topics: string[], lastEventId?: string) => {
    const reader = await new Reader().open(bed, topics, lastEventId);
    readers.push(reader);
    return reader;
  };

  it('starts with a reset, and then tells each change at once', async () => {
    await bed.store.resources.create(input('before'));
    const reader = await open(['jobs']);
    await until(() => reader.messages.length === 1);
    expect(reader.types).toEqual(['reset']);
    expect(reader.headers.get('cache-control')).toContain('no-transform');
    expect(reader.headers.get('content-encoding')).toBeNull();

    const job = await bed.store.resources.create(input('a'));
    await bed.store.resources.create(input('s', { kind: 'ArenaSource' }));
    await bed.store.resources.updateStatus({
      ...job,
      status: { phase: 'Running' },
    });
    await bed.store.resources.delete('ArenaJob', job.metadata);
    await until(() => reader.messages.length === 4);
    expect(
      reader.messages.slice(1).map(({ message }) => message),
    ).toMatchObject([
      { type: 'object', change: 'ADDED', cluster: 'embedded' },
      { change: 'MODIFIED', object: { status: { phase: 'Running' } } },
      { change: 'DELETED', object: { metadata: { name: 'a' } } },
    ]);
  });

  it('resumes where another connection stopped, without gap or repetition', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `job-${i}`);
    const writer = (async () => {
      for (const name of names) {
        await bed.store.resources.create(input(name));
        await sleep(5);
      }
    })();
    const seen: string[] = [];
    let cursor: string | undefined;
    // The first one gets a reset, which says to list; the list is what was there at that time.
    const first = await open(['jobs']);
    await until(() => first.messages.length > 0);
    const listed = (await bed.store.resources.list('ArenaJob')).items.map(
      item => item.metadata.name,
    );
    cursor = first.messages[0].id;
    first.close();
    for (let round = 0; round < 100; round++) {
      const reader = await open(['jobs'], cursor);
      await sleep(40);
      reader.close();
      expect(reader.types).not.toContain('reset');
      seen.push(...reader.names);
      if (reader.messages.length > 0) cursor = reader.lastId;
      if (new Set([...seen, ...listed]).size === names.length) break;
    }
    await writer;
    // Broken off where a connection was closed, no change may come twice: the cursor goes with the message.
    expect(seen).toEqual([...new Set(seen)]);
    expect([...new Set([...listed, ...seen])].sort()).toEqual(names.sort());
  });

  it('tells the events of a watched job, and of no other', async () => {
    const job = await bed.store.resources.create(input('a'));
    const other = await bed.store.resources.create(input('b'));
    const reader = await open(['job:embedded/team/a']);
    await until(() => reader.messages.length === 1);
    const event = { type: 'Normal' as const, reason: 'R', message: 'm' };
    await bed.store.events.record(other, event);
    await bed.store.events.record(job, event);
    await bed.store.events.record(job, event);
    await until(() => reader.messages.length === 3);
    expect(
      reader.messages.slice(1).map(({ message }) => message),
    ).toMatchObject([
      { type: 'event', event: { count: 1, involvedObject: { name: 'a' } } },
      { type: 'event', event: { count: 2, involvedObject: { name: 'a' } } },
    ]);
  });

  it('tells that items of a watched run were commented on, by whichever replica, also after a break', async () => {
    const runId = await createRun(bed);
    const later = await createRun(bed, { jobUid: 'later', series: 'a' });
    const reader = await open([`run:${later}`]);
    await until(() => reader.messages.length === 1);
    const { comments } = bed.services;
    const told = () => reader.types.filter(type => type === 'comments').length;
    await comments.comment(runId, 0, { text: 'here', author: USER });
    await until(() => told() === 1);
    expect(reader.messages.at(-1)?.message).toEqual({
      type: 'comments',
      runId: later,
    });
    const replica = createRunServices({
      knex: bed.knex,
      clock: bed.clock,
      logger: mockLogger(),
      snapshots: bed.snapshots,
      config: bed.runConfig,
    });
    const label = { label: 'flaky', isSet: true, author: USER };
    await replica.comments.setLabel(runId, 0, label);
    await until(() => told() === 2);
    const other = await createRun(bed, { jobUid: 'other', jobName: 'other' });
    await comments.comment(other, 0, { text: 'elsewhere', author: USER });
    await sleep(200);
    expect(told()).toBe(2);

    reader.close();
    await comments.comment(runId, 0, { text: 'meanwhile', author: USER });
    const resumed = await open([`run:${later}`], reader.lastId);
    await until(() => resumed.types.includes('comments'));
    expect(resumed.types).not.toContain('reset');
  });

  it('tells counters and cells of a watched run, and only what changed', async () => {
    const runId = await createRun(bed);
    await createRun(bed, { jobUid: 'other' });
    await work(bed, runId, ['passed']);
    const reader = await open([`run:${runId}`]);
    await until(() => reader.messages.length === 1);
    await work(bed, runId, ['failed', 'passed', 'passed']);
    await until(() => reader.types.includes('run'));
    const latest = () =>
      reader.messages
        .map(({ message }) => message)
        .reverse()
        .find(message => message.type === 'run');
    await until(() => {
      const message = latest();
      return message?.type === 'run' && message.run.counters.passed === 3;
    });
    expect(latest()).not.toHaveProperty('run.pins');
    const cells = reader.messages.flatMap(({ message }) =>
      message.type === 'matrix' ? message.cells : [],
    );
    expect(new Set(cells.map(cell => cell.scenarioIndex))).toEqual(
      new Set([0]),
    );
    const quiet = reader.messages.length;
    await sleep(300);
    expect(reader.messages).toHaveLength(quiet);

    // Away for a while: only what happened meanwhile comes, no reset.
    reader.close();
    await work(bed, runId, ['passed']);
    const resumed = await open([`run:${runId}`], reader.lastId);
    await until(() => resumed.types.includes('run'));
    expect(resumed.types).not.toContain('reset');
    expect(
      resumed.messages.flatMap(({ message }) =>
        message.type === 'matrix' ? message.cells : [],
      ),
    ).toMatchObject([{ scenarioIndex: 1, providerIndex: 0 }]);
  });

  it('asks the store once for all watched runs, and not at all without', async () => {
    const runIds = [await createRun(bed)];
    runIds.push(await createRun(bed, { jobUid: 'b' }));
    const heads = jest.spyOn(bed.services.runs, 'heads');
    for (let i = 0; i < 10; i++) await open(runIds.map(r => `run:${r}`));
    heads.mockClear();
    await sleep(500);
    expect(heads.mock.calls.length).toBeGreaterThan(0);
    expect(heads.mock.calls.length).toBeLessThanOrEqual(11);
    readers.splice(0).forEach(reader => reader.close());
    await sleep(300);
    heads.mockClear();
    await sleep(300);
    expect(heads).not.toHaveBeenCalled();
  });

  it.each([
    ['of another make', 'nonsense'],
    ['that is too old', undefined],
    [
      'that does not cover the topics',
      Buffer.from('{"o":{},"r":{}}').toString('base64url'),
    ],
    [
      'from the future',
      Buffer.from('{"o":{"embedded":"99999999"},"r":{}}').toString('base64url'),
    ],
  ])('says reset to a cursor %s, and goes on', async (_what, given) => {
    let cursor = given;
    if (cursor === undefined) {
      // Not from a stream: while one goes on here, what it was told is still in memory and can be told again.
      const embedded = await bed.store.changes.currentVersion();
      cursor = Buffer.from(JSON.stringify({ o: { embedded }, r: {} })).toString(
        'base64url',
      );
      for (const name of ['a', 'b', 'c']) {
        await bed.store.resources.create(input(name));
      }
      bed.clock.advance(3_600_000);
      await bed.store.resources.create(input('d'));
      await bed.store.compactor.compact();
    }
    const resumed = await open(['jobs'], cursor);
    await until(() => resumed.messages.length === 1);
    expect(resumed.types).toEqual(['reset']);
    await bed.store.resources.create(input('later'));
    await until(() => resumed.names.includes('later'));
  });

  it.each([
    ['no topic', ''],
    ['an unknown topic', '?topic=everything'],
    ['half a job', '?topic=job:embedded/team'],
    ['a run without id', '?topic=run:'],
    ['too many topics', `?${'topic=jobs&'.repeat(21)}`],
    ['another parameter', '?topic=jobs&since=1'],
  ])('refuses %s with 400', async (_what, query) => {
    const answer = await bed.request(`/v1/stream${query}`);
    expect(answer.status).toBe(400);
  });

  it('refuses the job of an unknown cluster', async () => {
    const answer = await bed.request('/v1/stream?topic=job:prod/team/a');
    expect(answer.status).toBe(404);
  });

  it('shows signs of life', async () => {
    const reader = await open(['jobs']);
    await until(() => reader.text.split(': heartbeat\n\n').length > 3);
    expect(reader.types).toEqual(['reset']);
  });

  it('is closed when the backend stops, and starts no more', async () => {
    const reader = await open(['jobs']);
    bed.shutdown();
    await until(() => reader.ended);
    expect((await bed.request('/v1/stream?topic=jobs')).status).toBe(503);
  });

  it('ends after its age, so that the next one is authorised anew', async () => {
    bed = await createApiTestBed(id, {
      streamTiming: { ...timing, maxAgeMs: 200 },
    });
    const reader = await open(['jobs']);
    await until(() => reader.ended);
    expect(reader.types).toEqual(['reset']);
  });

  it('serves as many as it may', async () => {
    bed = await createApiTestBed(id, {
      streamTiming: { ...timing, maxConnections: 1 },
    });
    const first = await open(['jobs']);
    expect((await bed.request('/v1/stream?topic=jobs')).status).toBe(503);
    first.close();
    await sleep(200);
    await open(['jobs']);
  });

  it('lets go of a client that takes nothing, and holds little for it', async () => {
    const { hostname, port } = new URL(bed.baseUrl);
    const socket: Socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(
      `GET /api/arena/v1/stream?topic=jobs HTTP/1.1\r\nHost: x\r\nAuthorization: ${mockCredentials.user.header(
        USER,
      )}\r\n\r\n`,
    );
    let closed = false;
    socket.on('close', () => (closed = true)).on('error', () => {});
    const big = { text: 'x'.repeat(200_000) };
    const other = await open(['jobs']);
    await sleep(200);
    for (let i = 0; i < 60; i++) {
      await bed.store.resources.create(input(`big-${i}`, { spec: big }));
    }
    // By then all of it was written to the one that takes nothing as well.
    await until(() => other.names.includes('big-59'));
    await sleep(1_500);
    // Reading now finds what the kernel held, and then the end; not the 12 MB that were written meanwhile.
    let received = 0;
    socket.on('data', chunk => (received += chunk.length)).resume();
    await until(() => closed);
    expect(received).toBeLessThan(12_000_000);
  });

  it('is what ArenaClient reads', async () => {
    const client = new ArenaClient({ baseUrl: bed.baseUrl });
    const abort = new AbortController();
    const messages: ArenaStreamMessage[] = [];
    const stream = client.stream(['jobs'], message => messages.push(message), {
      signal: abort.signal,
      token: mockCredentials.user.token(USER),
    });
    await until(() => messages.length === 1);
    await bed.store.resources.create(input('a'));
    await until(() => messages.length === 2);
    abort.abort();
    await stream;
    expect(messages[1]).toMatchObject({ type: 'object', change: 'ADDED' });
  });
});
