import { mockLogger } from '../__testUtils__/mockLogger';
import { Knex } from 'knex';
import { createHmac } from 'node:crypto';
import { createServer, IncomingHttpHeaders, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { databases } from '../__testUtils__/databases';
import { migratedDatabase } from '../__testUtils__/migratedDatabase';
import { TestClock } from '../__testUtils__/runs';
import { runEvent } from '../runEvents/__testUtils__/runEvent';
import { RunEventDeliveries } from '../runEvents/RunEventDeliveries';
import { RunEvents } from '../runEvents/RunEvents';
import { createWebhookReceiver } from './createWebhookReceiver';
import { OutgoingWebhook } from './WebhookConfig';

jest.setTimeout(120_000);

const SECRET = 'a secret of some length';
/** By which lines of the log about the run are found. */
const FIELDS = {
  runId: 'run-1',
  cluster: 'embedded',
  job: 'default/nightly-1',
};
const HOUR_MS = 3_600_000;

interface Call {
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

describe.each(databases.eachSupportedId())('webhooks on %s', id => {
  let knex: Knex;
  let clock: TestClock;
  let server: Server;
  let calls: Call[];
  /** What the server answers; 0: nothing. */
  let status: number;
  const logger = mockLogger();
  const signal = new AbortController().signal;

  beforeEach(async () => {
    knex = await migratedDatabase(id);
    clock = new TestClock();
    calls = [];
    status = 204;
    jest.clearAllMocks();
    server = createServer(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      calls.push({ path: req.url, headers: req.headers, body });
      if (status === 0) return;
      res.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {});
      res.end();
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  function hook(overrides: Partial<OutgoingWebhook> = {}): OutgoingWebhook {
    const { port } = server.address() as AddressInfo;
    return {
      name: 'chat',
      url: `http://127.0.0.1:${port}/hook?a=b`,
      secret: SECRET,
      allowPrivateNetwork: true,
      ...overrides,
    };
  }

  function replica(hooks: OutgoingWebhook[] = [hook()]) {
    const receivers = hooks.map(each =>
      createWebhookReceiver(each, {
        clock,
        allowedHosts: [],
        environment: {},
        // Short only where it is waited for.
        timeoutMs: status === 0 ? 1_000 : 30_000,
      }),
    );
    const outcomes: string[] = [];
    const deliveries = new RunEventDeliveries({
      knex,
      clock,
      logger,
      receivers,
      onOutcome: (target, outcome) => outcomes.push(`${target} ${outcome}`),
    });
    const events = new RunEvents({
      knex,
      clock,
      targets: receivers,
      planners: [],
    });
    return { events, outcomes, run: () => deliveries.run(signal) };
  }

  it('are called once for each end, signed, whichever replica does it', async () => {
    const one = replica();
    const other = replica();
    const event = runEvent();
    await one.events.record(event);
    await other.events.record(event);
    await Promise.all([one.run(), other.run(), one.run()]);
    expect(calls).toHaveLength(1);
    const [{ path, headers, body }] = calls;
    expect(path).toBe('/hook?a=b');
    expect(JSON.parse(body)).toEqual(event);
    const timestamp = String(clock.now().getTime() / 1_000);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'arena-event': 'run.succeeded',
      'arena-delivery': 'run-1.ended',
      'arena-timestamp': timestamp,
      'arena-signature': `v1=${createHmac('sha256', SECRET)
        .update(`run-1.ended.${timestamp}.${body}`)
        .digest('hex')}`,
    });
    expect([...one.outcomes, ...other.outcomes]).toEqual([
      'webhook:chat delivered',
    ]);
  });

  it('are called for what they want alone', async () => {
    const { events, run } = replica([
      hook({ name: 'failures', events: ['run.failed'] }),
      hook({ name: 'away', namespaces: ['away'] }),
    ]);
    await events.record(runEvent({ id: 'ok' }));
    await events.record(runEvent({ id: 'failed', phase: 'Failed' }));
    await events.record(runEvent({ id: 'away', namespace: 'away' }));
    await run();
    expect(
      calls.map(({ headers }) => headers['arena-delivery']).sort(),
    ).toEqual(['away.ended', 'failed.ended']);
  });

  it.each([
    ['answers 500', 500, 'it answered 500'],
    ['redirects', 302, 'it answered 302'],
    ['answers nothing', 0, 'no answer within 1000 ms'],
  ])(
    'are called again, also after a restart, when the server %s',
    async (_what, answer, message) => {
      status = answer;
      const before = replica();
      await before.events.record(runEvent());
      await before.run();
      expect(calls).toHaveLength(1);
      expect(before.outcomes).toEqual(['webhook:chat retrying']);
      expect(logger.warn).toHaveBeenCalledWith(
        expect.stringMatching(
          `webhook:chat of the end of run run-1 failed \\(attempt 1\\): .*${message}\\. It is tried again in 5 s`,
        ),
        FIELDS,
      );
      await before.run();
      expect(calls).toHaveLength(1);
      status = 200;
      clock.advance(5_000);
      const after = replica();
      await after.run();
      expect(calls.map(({ path }) => path)).toEqual(['/hook?a=b', '/hook?a=b']);
      expect(after.outcomes).toEqual(['webhook:chat delivered']);
    },
  );

  it('are given up after a day, and at once when the server says that it is gone', async () => {
    const down = replica([hook({ url: 'http://127.0.0.1:1/' })]);
    await down.events.record(runEvent());
    for (let tries = 0; tries < 60; tries++) {
      await down.run();
      clock.advance(HOUR_MS);
    }
    expect(down.outcomes.at(-1)).toBe('webhook:chat given up');
    expect(down.outcomes.length).toBeGreaterThan(20);
    expect(down.outcomes.length).toBeLessThan(30);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining('no connection, or it broke. It is given up'),
      FIELDS,
    );
    status = 410;
    const gone = replica();
    await gone.events.record(runEvent({ id: 'next' }));
    await gone.run();
    expect(gone.outcomes).toEqual(['webhook:chat given up']);
  });

  it('call no private network unless they may', async () => {
    const { events, run } = replica([hook({ allowPrivateNetwork: false })]);
    await events.record(runEvent());
    await run();
    expect(calls).toEqual([]);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('127.0.0.1 is not on the public internet'),
      FIELDS,
    );
  });
});
