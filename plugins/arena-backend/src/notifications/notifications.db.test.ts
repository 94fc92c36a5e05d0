import { mockLogger } from '../__testUtils__/mockLogger';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { Knex } from 'knex';
import { databases } from '../__testUtils__/databases';
import { migratedDatabase } from '../__testUtils__/migratedDatabase';
import { TestClock } from '../__testUtils__/runs';
import { runEvent } from '../runEvents/__testUtils__/runEvent';
import { RunEvents } from '../runEvents/RunEvents';
import { NotificationPlanner } from './NotificationPlanner';
import { NotificationsConfig } from './NotificationsConfig';
import { NotificationSender } from './NotificationSender';

jest.setTimeout(60_000);

const MINUTE_MS = 60_000;
const failed = { phase: 'Failed', reason: 'TestsFailed' } as const;

describe.each(databases.eachSupportedId())('notifications on %s', id => {
  let knex: Knex;
  let clock: TestClock;
  const logger = mockLogger();
  const signal = new AbortController().signal;

  beforeEach(async () => {
    knex = await migratedDatabase(id);
    clock = new TestClock();
    jest.clearAllMocks();
  });

  /** One of the replicas: what it is told, and what it sends. */
  function replica(
    options: {
      config?: Partial<NotificationsConfig>;
      send?: NotificationService['send'];
    } = {},
  ) {
    const config: NotificationsConfig = {
      enabled: true,
      digestMs: 15 * MINUTE_MS,
      minimumSeverity: 'low',
      longRunMs: 10 * MINUTE_MS,
      ...options.config,
    };
    const sent: Array<Parameters<NotificationService['send']>[0]> = [];
    const sender = new NotificationSender({
      knex,
      clock,
      logger,
      digestMs: config.digestMs,
      appBaseUrl: 'http://portal',
      notifications: {
        send: async message => {
          await options.send?.(message);
          sent.push(message);
        },
      },
    });
    const planner = new NotificationPlanner({ clock, logger, config });
    const events = new RunEvents({
      knex,
      clock,
      targets: [],
      planners: [planner],
    });
    return { sent, send: () => sender.run(signal), events };
  }

  const titles = (sent: Array<Parameters<NotificationService['send']>[0]>) =>
    sent.map(({ payload }) => payload.title);

  it('are told once, to the owner, by one of the replicas', async () => {
    const one = replica();
    const other = replica();
    const event = runEvent({ ...failed, scheduled: true, owner: 'team-a' });
    const recorded = await Promise.all(
      [one, other, one, other].map(({ events }) => events.record(event)),
    );
    expect(recorded.filter(Boolean)).toHaveLength(1);
    await Promise.all([one, other, one, other].map(({ send }) => send()));
    expect([...one.sent, ...other.sent]).toEqual([
      {
        recipients: { type: 'entity', entityRef: 'group:default/team-a' },
        payload: {
          topic: 'arena-failing',
          severity: 'high',
          title: 'nightly began to fail',
          description: 'TestsFailed: 4 of 4 items passed',
          link: 'http://portal/arena/runs/run-1',
          scope: 'arena:job:embedded/default/nightly',
        },
      },
    ]);
    await Promise.all([one.send(), other.send()]);
    expect(one.sent.length + other.sent.length).toBe(1);
    expect(await knex('notification_items')).toEqual([]);
  });

  it('come as one within the digest, the most severe first, and then again at once', async () => {
    const { events, send, sent } = replica();
    const end = (
      series: string,
      number: number,
      run: Parameters<typeof runEvent>[0] = failed,
    ) =>
      events.record(
        runEvent({
          id: `${series}-${number}`,
          series,
          scheduled: true,
          ...run,
        }),
      );
    await end('a', 1);
    await send();
    clock.advance(MINUTE_MS);
    await end('b', 1);
    await end('a', 2, {});
    await end('c', 1, { phase: 'Failed', reason: 'Regression' });
    // It got better meanwhile: of the job only that is told.
    await end('b', 2, {});
    await send();
    expect(titles(sent)).toEqual(['a began to fail']);
    clock.advance(14 * MINUTE_MS);
    await send();
    expect(sent).toHaveLength(2);
    expect(sent[1].payload).toMatchObject({
      title: '3 changes of ArenaJobs',
      description: 'c got worse\nb is well again\na is well again',
      severity: 'high',
      link: 'http://portal/arena/jobs',
      scope: expect.stringMatching(/^arena:digest:\d+$/),
    });
    clock.advance(16 * MINUTE_MS);
    await end('d', 1);
    await send();
    expect(titles(sent).at(-1)).toBe('d began to fail');
  });

  it('survive a restart, and a service that is down', async () => {
    let down = true;
    const options = {
      send: async () => {
        if (down) throw new Error('connect ECONNREFUSED');
      },
    };
    const before = replica(options);
    await before.events.record(runEvent({ ...failed, scheduled: true }));
    await before.send();
    expect(before.sent).toEqual([]);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('is tried again in 5 s'),
    );
    down = false;
    const after = replica(options);
    await after.send();
    expect(after.sent).toEqual([]);
    clock.advance(5_000);
    await after.send();
    expect(titles(after.sent)).toEqual(['nightly began to fail']);
  });

  it('are taken over from a replica that died while it sent', async () => {
    let die = (_: Error) => {};
    const dying = replica({
      send: () =>
        new Promise((_, reject) => {
          die = reject;
        }),
    });
    await dying.events.record(runEvent({ ...failed, scheduled: true }));
    const dead = dying.send();
    const other = replica();
    await new Promise(resolve => setTimeout(resolve, 300));
    await other.send();
    expect(other.sent).toEqual([]);
    clock.advance(MINUTE_MS);
    await other.send();
    expect(titles(other.sent)).toEqual(['nightly began to fail']);
    // Nothing of it may outlive the database.
    die(new Error('the process is gone'));
    await dead;
  });

  it('are not kept for a plugin that is not there', async () => {
    const { events, send, sent } = replica({
      send: async () => {
        throw new Error('Request failed with status 404 Not Found');
      },
    });
    await events.record(runEvent({ ...failed, scheduled: true }));
    await send();
    expect(sent).toEqual([]);
    expect(await knex('notification_items')).toEqual([]);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('is not installed'),
    );
  });

  it('leave out what is less severe than asked for, and tell the creator where there is no owner', async () => {
    const { events, send, sent } = replica({
      config: { minimumSeverity: 'high', digestMs: 0 },
    });
    await events.record(runEvent({ id: '1', ...failed, scheduled: true }));
    await events.record(runEvent({ id: '2', scheduled: true }));
    await events.record(
      runEvent({ id: '3', ...failed, scheduled: true, owner: 'group:' }),
    );
    await send();
    expect(sent.map(({ recipients }) => recipients)).toEqual([
      { type: 'entity', entityRef: 'user:default/jo' },
    ]);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('is no entity reference'),
      { runId: '3', cluster: 'embedded', job: 'default/nightly-1' },
    );
  });
});
