import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { databases } from '../__testUtils__/databases';
import { ScheduleHistory } from '../schedules/ScheduleHistory';
import { ApiTestBed, createApiTestBed, USER } from './__testUtils__/apiTestBed';

jest.setTimeout(60_000);

const JOBS = '/v1/clusters/embedded/namespaces/default/arenajobs';

describe.each(databases.eachSupportedId())('schedules over REST, %s', id => {
  let bed: ApiTestBed;

  const create = async (name: string, spec: object): Promise<ArenaJob> => {
    const { body } = await bed.request(JOBS, {
      method: 'POST',
      body: {
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: { name, namespace: 'default' },
        spec: { sourceRef: { name: 'source' }, ...spec },
      },
    });
    return body;
  };

  beforeEach(async () => {
    bed = await createApiTestBed(id);
    await create('nightly', {
      schedule: { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
    });
    await create('once', {});
  });

  it('shows what comes, and pages through what was', async () => {
    const { body: job } = await bed.request(`${JOBS}/nightly`);
    const history = new ScheduleHistory(bed.knex);
    const state = { handledUntil: 1, expression: 'x', suspended: false };
    await history.open('embedded', job, state);
    const fire = (at: number) => ({ firstAt: at, lastAt: at, count: 1 });
    await history.record(job.metadata.uid, {
      before: state,
      after: { ...state, handledUntil: 9 },
      fires: [
        { ...fire(5), outcome: 'Started', child: 'nightly-1' },
        { ...fire(7), outcome: 'Forbidden', message: 'nightly-1 still ran' },
        { ...fire(9), outcome: 'Started', child: 'nightly-2' },
      ],
    });
    const first = await bed.request(`${JOBS}/nightly/schedule?limit=2`);
    expect(first.body).toMatchObject({
      cron: '30 2 * * *',
      timezone: 'Europe/Berlin',
      suspended: false,
      fires: [
        { firstAt: 9, outcome: 'Started', child: 'nightly-2' },
        { firstAt: 7, outcome: 'Forbidden', message: 'nightly-1 still ran' },
      ],
      before: 7,
    });
    expect(first.body.next).toHaveLength(20);
    expect(first.body.next[0].local).toMatch(/T02:30:00\+0\d:00\[Europe/);
    const second = await bed.request(
      `${JOBS}/nightly/schedule?limit=2&before=${first.body.before}`,
    );
    expect(second.body.fires).toEqual([
      { ...fire(5), outcome: 'Started', child: 'nightly-1' },
    ]);
    expect(second.body.before).toBeUndefined();
  });

  it('shows what was by days of the time zone', async () => {
    const { body: job } = await bed.request(`${JOBS}/nightly`);
    const history = new ScheduleHistory(bed.knex);
    const state = { handledUntil: 1, expression: 'x', suspended: false };
    await history.open('embedded', job, state);
    const { uid } = job.metadata;
    const at = (text: string) => Date.parse(`${text}:00+02:00`);
    const fire = (first: string, last = first, count = 1) => ({
      firstAt: at(first),
      lastAt: at(last),
      count,
    });
    const after = { ...state, handledUntil: at('2026-07-20T00:00') };
    await history.record(uid, {
      before: state,
      after,
      fires: [
        { ...fire('2026-07-01T02:30'), outcome: 'Started', child: 'n-1' },
        {
          ...fire('2026-07-02T02:30'),
          outcome: 'Forbidden',
          message: 'n-1 still ran',
        },
        { ...fire('2026-07-02T02:31'), outcome: 'Started', child: 'n-2' },
        {
          ...fire('2026-07-03T02:30', '2026-07-05T02:30', 3),
          outcome: 'Suspended',
          message: 'The schedule was suspended',
        },
        // By a schedule that it had before.
        {
          ...fire('2026-07-06T23:00', '2026-07-07T23:00', 49),
          outcome: 'Missed',
          message: 'A later one was due as well',
        },
      ],
    });
    await history.settle(uid, at('2026-07-01T02:30'), 'Failed');
    const none = {
      Succeeded: 0,
      Failed: 0,
      Cancelled: 0,
      Running: 0,
      Unknown: 0,
    };
    const suspended = {
      outcome: 'Suspended',
      count: 1,
      message: 'The schedule was suspended',
    };
    const missed = {
      outcome: 'Missed',
      message: 'A later one was due as well',
    };
    const days = `${JOBS}/nightly/schedule/days`;
    const { body } = await bed.request(`${days}?to=${at('2026-07-10T00:00')}`);
    expect(body).toEqual({
      timezone: 'Europe/Berlin',
      knownFrom: 1,
      days: [
        {
          date: '2026-07-01',
          started: { ...none, Failed: 1 },
          skipped: [],
        },
        {
          date: '2026-07-02',
          started: { ...none, Running: 1 },
          skipped: [
            { outcome: 'Forbidden', count: 1, message: 'n-1 still ran' },
          ],
        },
        { date: '2026-07-03', started: none, skipped: [suspended] },
        { date: '2026-07-04', started: none, skipped: [suspended] },
        { date: '2026-07-05', started: none, skipped: [suspended] },
        { date: '2026-07-06', started: none, skipped: [missed] },
        { date: '2026-07-07', started: none, skipped: [missed] },
      ],
    });
    // Of what began before or ends after, what is within the stretch.
    const within = await bed.request(
      `${days}?from=${at('2026-07-04T00:00')}&to=${at('2026-07-07T00:00')}`,
    );
    expect(within.body.days).toEqual([
      { date: '2026-07-04', started: none, skipped: [suspended] },
      { date: '2026-07-05', started: none, skipped: [suspended] },
      { date: '2026-07-06', started: none, skipped: [missed] },
    ]);
    const refused = await bed.request(`${days}?from=2&to=1`);
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain(
      "Invalid query parameters 'from' 2 and 'to' 1",
    );
  });

  it('starts a run now, for whoever may repeat runs', async () => {
    const { status, body } = await bed.request(`${JOBS}/nightly/trigger`, {
      method: 'POST',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^nightly-now-[a-z0-9]{5}$/),
        annotations: { 'arena.backstage.io/creator': USER },
        ownerReferences: [{ kind: 'ArenaJob', name: 'nightly' }],
      },
    });
    expect(body.spec.schedule).toBeUndefined();
    bed.decisions.set('arena.job.rerun', AuthorizeResult.DENY);
    const denied = await bed.request(`${JOBS}/nightly/trigger`, {
      method: 'POST',
    });
    expect(denied.status).toBe(403);
  });

  it('says that a job has none', async () => {
    for (const [method, verb] of [
      ['GET', 'schedule'],
      ['GET', 'schedule/days'],
      ['POST', 'trigger'],
    ]) {
      const { status, body } = await bed.request(`${JOBS}/once/${verb}`, {
        method,
      });
      expect(status).toBe(409);
      expect(body.error.message).toContain(
        "ArenaJob 'default/once' has no schedule",
      );
    }
  });
});
