import { ConflictError, NotAllowedError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { databases } from '../__testUtils__/databases';
import { migratedDatabase } from '../__testUtils__/migratedDatabase';
import { findCondition } from '../reconciler/conditions';
import { ScheduleWorld } from './__testUtils__/ScheduleWorld';
import { readSchedule } from './readSchedule';

jest.setTimeout(60_000);

const HOURLY = { cron: '0 * * * *' };

describe.each(databases.eachSupportedId())('schedules on %s', id => {
  let world: ScheduleWorld;

  const condition = async (name: string) => {
    const { status } = await world.job(name);
    const found = findCondition(status?.conditions, 'Scheduling');
    return `${found?.status} ${found?.reason}: ${found?.message}`;
  };

  beforeEach(async () => {
    const knex = await migratedDatabase(id);
    world = new ScheduleWorld(knex, '2026-11-26T08:30:00Z');
  });

  it('starts a child when it is due, and shows what became of it', async () => {
    const parent = await world.create('nightly', HOURLY, {
      trials: 2,
      ttlSecondsAfterFinished: 60,
    });
    await world.look('nightly');
    expect(await world.children()).toEqual([]);
    expect((await world.job('nightly')).status).toMatchObject({
      phase: 'Pending',
      nextScheduleTime: '2026-11-26T09:00:00Z',
    });
    expect(await condition('nightly')).toBe(
      'True Waiting: Waits for the first run',
    );

    world.move('2026-11-26T09:00:00Z');
    await world.look('nightly');
    const [child] = await world.children();
    const hash = createHash('sha256').update(parent.metadata.uid).digest('hex');
    expect(child).toMatchObject({
      metadata: {
        name: `nightly-${hash.slice(0, 5)}-202611260900`,
        labels: { team: 'a' },
        annotations: {
          'arena.backstage.io/scheduled-at': '2026-11-26T09:00:00.000Z',
        },
        ownerReferences: [{ uid: parent.metadata.uid, controller: true }],
      },
      spec: { trials: 2, ttlSecondsAfterFinished: 60 },
    });
    expect(child.spec.schedule).toBeUndefined();

    await world.end(child.metadata.name);
    await world.look('nightly');
    expect((await world.job('nightly')).status).toMatchObject({
      phase: 'Succeeded',
      lastScheduleTime: '2026-11-26T09:00:00Z',
      nextScheduleTime: '2026-11-26T10:00:00Z',
    });
    const events = await world.store.events.list(parent.metadata);
    expect(events.map(({ reason }) => reason)).toEqual(['RunStarted']);
  });

  it('wakes the parent when a child changes', async () => {
    await world.create('a', HOURLY);
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    const [child] = await world.children();
    expect(world.controller.affectedBy(child)).toEqual([
      { namespace: 'default', name: 'a' },
    ]);
  });

  it('starts nothing twice, after a crash in between or by two controllers', async () => {
    await world.create('a', HOURLY);
    await world.look('a');
    world.move('2026-11-26T09:00:30Z');
    const record = world.history.record.bind(world.history);
    world.history.record = async () => {
      throw new Error('crash');
    };
    await expect(world.look('a')).rejects.toThrow('crash');
    world.history.record = record;
    const first = world.controller;
    const second = world.restart();
    const key = { namespace: 'default', name: 'a' };
    await Promise.allSettled([first.reconcile(key), second.reconcile(key)]);
    await world.look('a');
    expect(await world.told('a')).toEqual(['11-26T09:00 Started']);
    expect(world.created).toHaveLength(2);
    // A clock that goes back tells nothing anew.
    world.move(-120);
    await world.look('a');
    world.move(119);
    await world.look('a');
    expect(await world.told('a')).toEqual(['11-26T09:00 Started']);
    expect(world.created).toHaveLength(2);
  });

  describe('when it stops between the start of a run and its record', () => {
    beforeEach(async () => {
      await world.create('a', HOURLY);
      await world.look('a');
      world.move('2026-11-26T09:00:00Z');
      await world.crash('a');
    });

    it('has started it, and says nothing of it', async () => {
      expect(await world.told('a')).toEqual([]);
      expect(world.created).toHaveLength(2);
    });

    it('knows of the run after the schedule was changed', async () => {
      await world.edit('a', { schedule: { cron: '30 * * * *' } });
      await world.look('a');
      expect(await world.told('a')).toEqual(['11-26T09:00 Started']);
      expect((await world.job('a')).status).toMatchObject({
        lastScheduleTime: '2026-11-26T09:00:00Z',
        nextScheduleTime: '2026-11-26T09:30:00Z',
      });
    });

    it('knows of the run after hours in which more was due, and a change', async () => {
      world.move('2026-11-26T12:10:00Z');
      await world.edit('a', { schedule: { cron: '30 * * * *' } });
      await world.look('a');
      expect(await world.told('a')).toEqual([
        '11-26T09:00 Started',
        '11-26T10:00 Missed x3',
      ]);
    });

    it('knows of the run after the job was cancelled', async () => {
      await world.edit('a', { cancelled: true });
      await world.look('a');
      expect(await world.told('a')).toEqual(['11-26T09:00 Started']);
      await world.endAll('Cancelled');
      world.move('2026-11-26T11:00:00Z');
      await world.look('a');
      const [{ result }, ...others] = await world.handled('a');
      expect([result, others]).toEqual(['Cancelled', []]);
    });

    it('knows of the run when it is one of more than are ever caught up with', async () => {
      world.move('2026-12-01T12:30:00Z');
      await world.endAll();
      await world.look('a');
      expect(await world.told('a')).toEqual([
        '11-26T09:00 Started',
        '11-26T10:00 Missed x23',
        '11-27T09:00 Missed x99',
        '12-01T12:00 Started',
      ]);
    });

    it('does not start the run again when that has ended and is not kept', async () => {
      await world.endAll();
      await world.edit('a', {
        schedule: { ...HOURLY, successfulRunsHistoryLimit: 0 },
      });
      await world.look('a');
      expect(await world.children()).toEqual([]);
      expect(await world.told('a')).toEqual(['11-26T09:00 Started']);
      expect(world.created).toHaveLength(2);
    });
  });

  it('never has more than a hundred runs to catch up with, however long each takes', async () => {
    await world.create('a', { cron: '* * * * *', catchUp: 'all' });
    await world.look('a');
    world.move('2026-11-26T08:40:00Z');
    await world.look('a');
    // Each takes ten minutes: it never catches up.
    for (let n = 0; n < 30; n += 1) {
      world.move(10);
      await world.endAll();
      await world.look('a');
    }
    const told = await world.handled('a');
    const waiting = Math.floor(
      (world.now - told[told.length - 1].lastAt) / 6e4,
    );
    expect(waiting).toBeLessThanOrEqual(100);
    const missed = told.filter(({ outcome }) => outcome === 'Missed');
    expect(missed.length).toBeGreaterThan(0);
    expect(missed[0].message).toBe(
      'More were missed than are ever caught up with',
    );
    expect(told.filter(({ outcome }) => outcome === 'Started')).toHaveLength(
      31,
    );
    // Once they are short, all that waits is run.
    while (world.running.size > 0) {
      await world.endAll();
      await world.look('a');
    }
    const after = await world.handled('a');
    expect(after[after.length - 1].lastAt).toBe(world.now);
  });

  it('says what became of each run, also of one that is deleted at its end', async () => {
    await world.create('a', { ...HOURLY, failedRunsHistoryLimit: 0 });
    await world.look('a');
    for (const [hour, phase] of [
      ['09', 'Failed'],
      ['10', 'Succeeded'],
    ] as const) {
      world.move(`2026-11-26T${hour}:00:00Z`);
      await world.look('a');
      await world.endAll(phase);
    }
    await world.look('a');
    world.move('2026-11-26T11:00:00Z');
    await world.look('a');
    const [third] = await world.active();
    await world.end(third.metadata.name);
    // As the watch tells it; it is gone before the schedule is looked at.
    world.controller.affectedBy(await world.job(third.metadata.name));
    await world.store.resources.delete('ArenaJob', third.metadata);
    await world.look('a');
    world.move('2026-11-26T12:00:00Z');
    await world.look('a');
    const [fourth] = await world.active();
    await world.store.resources.delete('ArenaJob', fourth.metadata);
    await world.look('a');
    world.move('2026-11-26T13:00:00Z');
    await world.look('a');
    expect((await world.handled('a')).map(({ result }) => result)).toEqual([
      'Failed',
      'Succeeded',
      'Succeeded',
      'Unknown',
      undefined,
    ]);
  });

  it('keeps in mind what became of a run until that is on record', async () => {
    await world.create('a', HOURLY);
    await world.look('a');
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    const [child] = await world.active();
    await world.end(child.metadata.name);
    world.controller.affectedBy(await world.job(child.metadata.name));
    await world.store.resources.delete('ArenaJob', child.metadata);
    const { settle } = world.history;
    world.history.settle = async () => {
      throw new Error('the database is away');
    };
    await expect(world.look('a')).rejects.toThrow('the database is away');
    world.history.settle = settle;
    await world.look('a');
    const [{ result }] = await world.handled('a');
    expect(result).toBe('Succeeded');
  });

  it('knows by its results what became of a run whose job is gone', async () => {
    await world.create('a', HOURLY);
    await world.look('a');
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    const [child] = await world.active();
    await world.recordVerdict(child, 'Failed');
    await world.store.resources.delete('ArenaJob', child.metadata);
    world.restart();
    await world.look('a');
    const [{ result }] = await world.handled('a');
    expect(result).toBe('Failed');
  });

  it('goes on after a change when the line before can no longer be read, and says so', async () => {
    const { metadata } = await world.create('a', HOURLY);
    await world.look('a');
    await world.knex('schedules').update({
      expression: JSON.stringify(['61 * * * *', 'UTC', null]),
    });
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    await world.look('a');
    const events = await world.store.events.list(metadata);
    expect(events).toMatchObject([
      {
        type: 'Warning',
        reason: 'ScheduleUnreadable',
        message: expect.stringContaining("the minute '61' is out of range"),
      },
    ]);
    world.move('2026-11-26T10:00:00Z');
    await world.look('a');
    expect(await world.told('a')).toEqual(['11-26T10:00 Started']);
  });

  it('says why a run did not start', async () => {
    await world.create('a', { ...HOURLY, concurrencyPolicy: 'Forbid' });
    await world.look('a');
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    world.move('2026-11-26T10:00:00Z');
    await world.look('a');
    expect(await world.told('a')).toEqual([
      '11-26T09:00 Started',
      '11-26T10:00 Forbidden',
    ]);
    expect(await condition('a')).toMatch(
      /^True RunForbidden: The run due at 2026-11-26T10:00:00.000Z did not start: a-\w{5}-202611260900 still ran$/,
    );
    // It stays to be read.
    await world.endAll();
    await world.look('a');
    expect(await condition('a')).toMatch(/RunForbidden/);
    const { metadata } = await world.job('a');
    const events = await world.store.events.list(metadata);
    expect(events.map(({ type, reason }) => [type, reason])).toContainEqual([
      'Warning',
      'RunForbidden',
    ]);
  });

  it('replaces a run: cancels it, waits for its end, and starts the next', async () => {
    await world.create('a', { ...HOURLY, concurrencyPolicy: 'Replace' });
    await world.look('a');
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    world.move('2026-11-26T10:00:00Z');
    await world.look('a');
    const [old] = await world.active();
    expect(old.spec.cancelled).toBe(true);
    expect(await condition('a')).toMatch(/^True Replacing: The run due at/);
    expect(await world.told('a')).toEqual(['11-26T09:00 Started']);
    world.move(1);
    await world.end(old.metadata.name, 'Cancelled');
    await world.look('a');
    expect(await world.told('a')).toEqual([
      '11-26T09:00 Started',
      '11-26T10:00 Started',
    ]);
  });

  it('runs side by side when it may', async () => {
    await world.create('a', { ...HOURLY, concurrencyPolicy: 'Allow' });
    await world.look('a');
    for (const hour of ['09', '10', '11']) {
      world.move(`2026-11-26T${hour}:00:00Z`);
      await world.look('a');
    }
    expect(await world.active()).toHaveLength(3);
  });

  it.each([
    ['none', ['11-26T09:00 Missed x3']],
    ['latest', ['11-26T09:00 Missed x2', '11-26T11:00 Started']],
    [
      'all',
      ['11-26T09:00 Started', '11-26T10:00 Started', '11-26T11:00 Started'],
    ],
  ])('catches up with %s of what was missed', async (catchUp, told) => {
    await world.create('a', { ...HOURLY, catchUp });
    await world.look('a');
    world.move('2026-11-26T11:30:00Z');
    world.restart();
    for (let n = 0; n < 3; n += 1) {
      await world.look('a');
      await world.endAll();
    }
    expect(await world.told('a')).toEqual(told);
  });

  it('is suspended and resumed, without a run for what was due meanwhile', async () => {
    await world.create('a', { ...HOURLY, suspend: true });
    await world.look('a');
    world.move('2026-11-26T10:00:00Z');
    await world.look('a');
    expect((await world.job('a')).status?.nextScheduleTime).toBeUndefined();
    expect(await condition('a')).toMatch(/^False Suspended/);
    world.move('2026-11-26T11:30:00Z');
    await world.edit('a', { schedule: HOURLY });
    await world.look('a');
    expect(await condition('a')).toMatch(/^True RunSuspended/);
    world.move('2026-11-26T12:00:00Z');
    await world.look('a');
    expect(await world.told('a')).toEqual([
      '11-26T09:00 Suspended x3',
      '11-26T12:00 Started',
    ]);
  });

  it('is not behind when it is changed', async () => {
    await world.create('a', HOURLY);
    await world.look('a');
    world.move('2026-11-26T08:50:00Z');
    await world.edit('a', { schedule: { cron: '*/10 * * * *' } });
    await world.look('a');
    expect(await world.told('a')).toEqual([]);
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    expect(await world.told('a')).toEqual(['11-26T09:00 Started']);
  });

  it('keeps as many children as its history limits say', async () => {
    await world.create('a', {
      ...HOURLY,
      successfulRunsHistoryLimit: 2,
      failedRunsHistoryLimit: 0,
    });
    await world.look('a');
    for (let hour = 9; hour < 15; hour += 1) {
      world.move(`2026-11-26T${String(hour).padStart(2, '0')}:00:00Z`);
      await world.look('a');
      await world.endAll(hour === 14 ? 'Failed' : 'Succeeded');
      await world.look('a');
    }
    const names = (await world.children()).map(({ metadata }) =>
      metadata.name.slice(-4),
    );
    expect(names.sort()).toEqual(['1200', '1300']);
    // That of the latest run stays.
    expect((await world.job('a')).status?.phase).toBe('Failed');
  });

  it('spreads runs within the jitter, each always in the same way', async () => {
    const starts: number[] = [];
    await world.create('a', { ...HOURLY, jitter: '10m' });
    await world.look('a');
    for (let minute = 30; minute < 90; minute += 1) {
      world.move(1);
      const before = world.created.length;
      await world.look('a');
      if (world.created.length > before) starts.push(minute + 1 - 60);
    }
    expect(starts).toHaveLength(1);
    expect(starts[0]).toBeGreaterThanOrEqual(0);
    expect(starts[0]).toBeLessThanOrEqual(11);
    expect(await world.told('a')).toEqual(['11-26T09:00 Started']);
  });

  it('says in advance when a run with a jitter is started', async () => {
    await world.create('a', { ...HOURLY, jitter: '10m' });
    await world.look('a');
    const next = async () => {
      const schedule = await readSchedule(await world.job('a'), {
        history: world.history,
        now: new Date(world.now),
        limit: 1,
      });
      return schedule.next[0];
    };
    const { at, startsAt } = await next();
    expect(at).toBe('2026-11-26T09:00:00.000Z');
    expect(Date.parse(startsAt)).toBeGreaterThan(Date.parse(at));
    // Due, and not started yet.
    world.move(new Date(Date.parse(startsAt) - 1).toISOString());
    await world.look('a');
    expect(await next()).toMatchObject({ at, startsAt });
    expect(await world.told('a')).toEqual([]);
    world.move(startsAt);
    await world.look('a');
    expect(await world.told('a')).toEqual(['11-26T09:00 Started']);
    expect((await next()).at).toBe('2026-11-26T10:00:00.000Z');
  });

  it('starts each of close times, however long their jitter', async () => {
    await world.create('a', {
      cron: '*/5 9 * * *',
      jitter: '1h',
      concurrencyPolicy: 'Allow',
    });
    await world.look('a');
    for (let minute = 0; minute < 160; minute += 1) {
      world.move(1);
      await world.look('a');
    }
    const told = await world.told('a');
    expect(told).toHaveLength(12);
    expect(told.filter(line => !line.endsWith('Started'))).toEqual([]);
  });

  it('says what it could not do, and goes on with the next', async () => {
    await world.create('a', HOURLY);
    await world.look('a');
    const { resources } = world.store;
    const create = resources.create;
    resources.create = async () => {
      throw new NotAllowedError('exceeded quota: jobs');
    };
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    expect(await condition('a')).toBe(
      'True RunRefused: The run due at 2026-11-26T09:00:00.000Z did not start: exceeded quota: jobs',
    );
    resources.create = create;
    world.move('2026-11-26T10:00:00Z');
    await world.look('a');
    expect(await world.told('a')).toEqual([
      '11-26T09:00 Refused',
      '11-26T10:00 Started',
    ]);
  });

  it('does not go back to an older run when the latest is gone', async () => {
    await world.create('a', { ...HOURLY, failedRunsHistoryLimit: 0 });
    await world.look('a');
    for (const [hour, phase] of [
      ['09', 'Succeeded'],
      ['10', 'Failed'],
    ] as const) {
      world.move(`2026-11-26T${hour}:00:00Z`);
      await world.look('a');
      const [child] = await world.active();
      await world.end(child.metadata.name, phase, world.now);
      await world.look('a');
    }
    expect(await world.children()).toHaveLength(1);
    await world.look('a');
    expect((await world.job('a')).status).toMatchObject({
      phase: 'Failed',
      lastScheduleTime: '2026-11-26T10:00:00Z',
    });
  });

  it('says that a run was started though its status could not be written at first', async () => {
    await world.create('a', HOURLY);
    await world.look('a');
    world.move('2026-11-26T09:00:00Z');
    const { resources } = world.store;
    const write = resources.updateStatus.bind(resources);
    resources.updateStatus = async () => {
      throw new ConflictError('changed meanwhile');
    };
    await expect(world.look('a')).rejects.toThrow('changed meanwhile');
    resources.updateStatus = write;
    const [child] = await world.children();
    await world.store.resources.delete('ArenaJob', child.metadata);
    await world.look('a');
    expect((await world.job('a')).status?.lastScheduleTime).toBe(
      '2026-11-26T09:00:00Z',
    );
  });

  it('shows the latest run though the clock of its store is days behind', async () => {
    await world.create('a', HOURLY);
    await world.look('a');
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    const [first] = await world.children();
    await world.end(first.metadata.name, 'Failed', world.now);
    await world.look('a');
    await world.store.resources.delete('ArenaJob', first.metadata);
    world.move('2026-11-26T10:00:00Z');
    const { resources } = world.store;
    const list = resources.list.bind(resources);
    resources.list = async (kind: any, options: any) => {
      const found: any = await list(kind, options);
      for (const { metadata } of found.items) {
        metadata.creationTimestamp = '2026-11-20T00:00:00Z';
      }
      return found;
    };
    await world.look('a');
    const [second] = await world.active();
    await world.end(second.metadata.name);
    await world.look('a');
    expect((await world.job('a')).status?.phase).toBe('Succeeded');
  });

  it('records what a change of the schedule left unstarted', async () => {
    await world.create('a', { ...HOURLY, jitter: '50m' });
    await world.look('a');
    world.move('2026-11-26T10:55:00Z');
    await world.edit('a', { schedule: { cron: '30 * * * *' } });
    await world.look('a');
    expect(await world.told('a')).toEqual(['11-26T09:00 Missed x2']);
  });

  it('says what is wrong with what was taken unchecked', async () => {
    const { resources } = world.store;
    const { get } = resources;
    await world.create('a', HOURLY);
    resources.get = async (...args) => {
      const found: any = await get.call(resources, ...args);
      return found.metadata.name === 'a'
        ? {
            ...found,
            spec: {
              ...found.spec,
              schedule: { ...found.spec.schedule, cron: '0 0 30 2 *' },
            },
          }
        : found;
    };
    await world.look('a');
    resources.get = get;
    const { status } = await world.job('a');
    expect(findCondition(status?.conditions, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'InvalidSpec',
      message: expect.stringMatching(
        /^spec\.schedule\.cron: Invalid value: "0 0 30 2 \*"/,
      ),
    });
    await world.look('a');
    const after = await world.job('a');
    expect(findCondition(after.status?.conditions, 'Ready')?.status).toBe(
      'True',
    );
  });

  it('ends when it is cancelled', async () => {
    await world.create('a', HOURLY);
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    await world.edit('a', { cancelled: true });
    await world.look('a');
    const [child] = await world.active();
    expect(child.spec.cancelled).toBe(true);
    await world.end(child.metadata.name, 'Cancelled');
    world.move('2026-11-26T12:00:00Z');
    await world.look('a');
    expect((await world.job('a')).status?.phase).toBe('Cancelled');
    expect(world.created).toHaveLength(2);
  });

  it('does not take a job of the same name for its own', async () => {
    const parent = await world.create('a', HOURLY);
    await world.look('a');
    const hash = createHash('sha256').update(parent.metadata.uid).digest('hex');
    const name = `a-${hash.slice(0, 5)}-202611260900`;
    await world.create(name, HOURLY);
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    expect(await world.told('a')).toEqual(['11-26T09:00 Refused']);
    expect(await condition('a')).toContain(
      `There is an ArenaJob '${name}' already, which is not of this schedule`,
    );
  });

  it('forgets what was deleted while nobody acted', async () => {
    const { metadata } = await world.create('a', HOURLY);
    await world.create('b', HOURLY);
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    await world.look('b');
    await world.store.resources.delete('ArenaJob', metadata);
    const woken: string[] = [];
    await new Promise<void>(done => {
      world.restart().wokenBy(({ name }) => {
        woken.push(name);
        if (woken.length === 2) done();
      });
    });
    expect(woken.sort()).toEqual(['a', 'b']);
    for (const name of woken) await world.look(name);
    expect(await world.history.list(metadata.uid, { limit: 9 })).toEqual([]);
    expect(await world.told('b')).toEqual(['11-26T09:00 Started']);
  });

  it('forgets what is gone', async () => {
    const { metadata } = await world.create('a', HOURLY);
    world.move('2026-11-26T09:00:00Z');
    await world.look('a');
    await world.store.resources.delete('ArenaJob', metadata);
    await world.look('a');
    expect(await world.history.list(metadata.uid, { limit: 9 })).toEqual([]);
  });
});
