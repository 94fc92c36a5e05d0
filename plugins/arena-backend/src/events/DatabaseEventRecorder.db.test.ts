import {
  createTestBed,
  eachDatabase,
  input,
} from '../store/__testUtils__/storeTestBed';

jest.setTimeout(60_000);

describe.each(eachDatabase())('DatabaseEventRecorder on %s', databaseId => {
  async function setUp() {
    const bed = await createTestBed(databaseId);
    const job = await bed.store.resources.create(input('job'));
    const record = (reason: string, message = 'what happened') =>
      bed.store.events.record(job, { type: 'Normal', reason, message });
    const list = () => bed.store.events.list(job.metadata);
    return { ...bed, job, record, list };
  }

  it('counts what happens again, and shows the newest first', async () => {
    const { record, list, clock, job } = await setUp();
    await record('Started');
    clock.advance(5_000);
    await record('Failed', 'one');
    await record('Failed', 'two');
    clock.advance(5_000);
    await record('Started');
    expect(await list()).toEqual([
      {
        id: expect.any(String),
        type: 'Normal',
        reason: 'Started',
        message: 'what happened',
        count: 2,
        firstTimestamp: '2026-11-23T10:00:00Z',
        lastTimestamp: '2026-11-23T10:00:10Z',
        involvedObject: {
          kind: 'ArenaJob',
          namespace: 'team',
          name: 'job',
          uid: job.metadata.uid,
        },
      },
      expect.objectContaining({ reason: 'Failed', message: 'two', count: 1 }),
      expect.objectContaining({ reason: 'Failed', message: 'one', count: 1 }),
    ]);
  });

  it('counts exactly when many record at once', async () => {
    const { record, list } = await setUp();
    await Promise.all(Array.from({ length: 20 }, () => record('Busy')));
    expect(await list()).toEqual([
      expect.objectContaining({ reason: 'Busy', count: 20 }),
    ]);
  });

  it('keeps the latest hundred of an object, and leaves others alone', async () => {
    const { record, list, store } = await setUp();
    const other = await store.resources.create(input('other'));
    await store.events.record(other, {
      type: 'Warning',
      reason: 'Kept',
      message: '',
    });
    for (let i = 0; i < 105; i++) {
      await record('Noise', `message ${i}`);
    }
    const events = await list();
    expect(events).toHaveLength(100);
    expect(events[0].message).toBe('message 104');
    expect(events[99].message).toBe('message 5');
    expect(await store.events.list(other.metadata)).toHaveLength(1);
  });

  it('carries any text, and cuts what is too long', async () => {
    const { record, list } = await setUp();
    await record('Odd', `\0 💡 ${'x'.repeat(5_000)}`);
    const [event] = await list();
    expect(event.message.startsWith('\uFFFD 💡 x')).toBe(true);
    expect(event.message).toHaveLength(1_024);
  });

  it('puts each occurrence into the stream of changes, but not before watches of objects', async () => {
    const { record, store } = await setUp();
    await record('Started');
    await record('Started');
    await store.resources.create(input('late'));
    const changes = [];
    for await (const change of store.changes.follow({
      kind: 'all and events',
      resourceVersion: '0',
      signal: AbortSignal.timeout(10_000),
    })) {
      changes.push(change);
      if (changes.length === 4) {
        break;
      }
    }
    expect(
      changes.map(change => [
        change.resourceVersion,
        'event' in change
          ? `${change.event.reason} x${change.event.count}`
          : `${change.object.type} ${change.object.object.metadata.name}`,
      ]),
    ).toEqual([
      ['1', 'ADDED job'],
      ['2', 'Started x1'],
      ['3', 'Started x2'],
      ['4', 'ADDED late'],
    ]);

    const objects = [];
    for await (const event of store.resources.watch('all', {
      resourceVersion: '0',
      signal: AbortSignal.timeout(10_000),
    })) {
      objects.push(event.object.metadata.name);
      if (objects.length === 2) {
        break;
      }
    }
    expect(objects).toEqual(['job', 'late']);
  });

  it('keeps events of an object while it lives, and an hour longer', async () => {
    const { record, list, store, clock, job, knex } = await setUp();
    await record('Started');
    clock.advance(48 * 3_600_000);
    expect(await store.events.deleteExpired()).toBe(0);
    await record('Deleted');
    await store.resources.delete('ArenaJob', job.metadata);
    clock.advance(3_599_000);
    // The old one goes at once, the one of the deletion stays a while.
    expect(await store.events.deleteExpired()).toBe(1);
    expect(await list()).toHaveLength(1);
    clock.advance(2_000);
    expect(await store.events.deleteExpired()).toBe(1);
    expect(await knex('resource_events').select()).toHaveLength(0);
  });
});
