import { ArenaJob, HandledFires } from '@backstage-arena/plugin-arena-common';
import { databases } from '../__testUtils__/databases';
import { migratedDatabase } from '../__testUtils__/migratedDatabase';
import { ScheduleHistory } from './ScheduleHistory';

jest.setTimeout(60_000);

const JOB = {
  metadata: { uid: 'u', namespace: 'default', name: 'nightly' },
} as ArenaJob;

const skipped = (firstAt: number, lastAt = firstAt): HandledFires => ({
  firstAt,
  lastAt,
  count: lastAt - firstAt + 1,
  outcome: 'Missed',
  message: 'A later one was due as well',
});

describe.each(databases.eachSupportedId())('ScheduleHistory on %s', id => {
  it('says since when it knows everything, also when it has dropped the oldest', async () => {
    const knex = await migratedDatabase(id);
    const history = new ScheduleHistory(knex, { keptRows: 2 });
    expect(await history.knownFrom('u')).toBeUndefined();
    const initial = { handledUntil: 10, expression: 'x', suspended: false };
    const before = await history.open('embedded', JOB, initial);
    await history.record('u', {
      before,
      after: { ...before, handledUntil: 20 },
      fires: [skipped(11, 14), skipped(20)],
    });
    expect(await history.knownFrom('u')).toBe(10);
    await history.record('u', {
      before: { ...before, handledUntil: 20 },
      after: { ...before, handledUntil: 30 },
      fires: [skipped(30)],
    });
    expect(await history.list('u', { limit: 9 })).toEqual([
      skipped(30),
      skipped(20),
    ]);
    expect(await history.knownFrom('u')).toBe(15);
  });
});
