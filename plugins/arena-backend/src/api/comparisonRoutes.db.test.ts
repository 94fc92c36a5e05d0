import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { databases } from '../__testUtils__/databases';
import {
  ApiTestBed,
  createApiTestBed,
  objectBody,
  objectsPath,
} from './__testUtils__/apiTestBed';
import { createRun, pins, work } from './__testUtils__/testRun';

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('comparisons over REST, %s', id => {
  let bed: ApiTestBed;

  beforeEach(async () => {
    bed = await createApiTestBed(id);
    for (const [jobUid, first] of [
      ['before', 'passed'],
      ['after', 'failed'],
    ] as const) {
      const runId = await createRun(bed, { jobUid, jobName: 'nightly' });
      // A worker is lent a part of so few items at a time.
      for (const status of [first, first, 'passed', 'passed'] as const) {
        await work(bed, runId, [status, status]);
      }
      await bed.services.runs.close(runId, {
        outcome: 'Completed',
        finalize: false,
      });
    }
    const metadata = {
      name: 'nightly',
      namespace: 'team',
      uid: 'after',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T00:00:00Z',
    };
    const { verdicts } = bed.services;
    await verdicts.record(
      'before-1',
      { metadata },
      {
        phase: 'Succeeded',
        reason: 'JobSucceeded',
      },
    );
    const gate = await verdicts.judge(
      'after-1',
      { metadata },
      {
        previous: true,
        significance: 0.05,
        minEffect: 1,
        cells: false,
      },
    );
    await verdicts.record(
      'after-1',
      { metadata },
      {
        phase: 'Failed',
        reason: gate.verdict,
        gate,
      },
    );
    await createRun(bed, { jobUid: 'elsewhere', namespace: 'other' });
    await createRun(bed, {
      jobUid: 'load',
      pins: { ...pins, type: 'loadtest' },
    });
  });

  it('shows what the baseline said', async () => {
    const { status, body } = await bed.request('/v1/runs/after-1/gate');
    expect(status).toBe(200);
    // Four trials of one scenario with two providers: once in 36.
    expect(body).toMatchObject({
      verdict: 'Regression',
      baseline: { id: 'before-1', jobName: 'nightly' },
      comparison: { method: 'stratified', scenarios: 2, cells: 4 },
    });
    expect(body.comparison.pValue).toBeCloseTo(1 / 36, 10);
    const none = await bed.request('/v1/runs/before-1/gate');
    expect(none.status).toBe(404);
  });

  it('compares with the baseline, or with a run that is named', async () => {
    const own = await bed.request('/v1/runs/after-1/comparison');
    expect(own.body).toMatchObject({
      baseline: { id: 'before-1' },
      current: { id: 'after-1' },
      comparison: { effect: -0.5, changes: { worse: 2, unchanged: 2 } },
    });
    const other = await bed.request(
      '/v1/runs/before-1/comparison?baseline=after-1&significance=0.01&maxCells=1',
    );
    expect(other.body.comparison).toMatchObject({
      effect: 0.5,
      regressed: false,
      significance: 0.01,
      changedCells: [{ change: 'better' }],
    });
  });

  it.each([
    ['before-1/comparison', 404, /name one in the parameter 'baseline'/],
    ['before-1/comparison?baseline=elsewhere-1', 404, /does not exist/],
    ['before-1/comparison?baseline=load-1', 400, /only evaluations/],
    ['nobody-1/comparison?baseline=before-1', 404, /does not exist/],
    ['after-1/comparison?significance=0.9', 400, /'significance' is "0.9"/],
    ['after-1/comparison?minEffect=x', 400, /'minEffect' is "x"/],
  ])('refuses %s', async (path, expected, message) => {
    const { status, body } = await bed.request(`/v1/runs/${path}`);
    expect(status).toBe(expected);
    expect(body.error.message).toMatch(message);
  });

  it('has the trend of a job, whether it is there or not', async () => {
    const path = `${objectsPath('arenajobs', 'nightly')}/trend`;
    const first = await bed.request(`${path}?limit=1`);
    expect(first.body.points).toMatchObject([
      {
        runId: 'after-1',
        phase: 'Failed',
        passRate: 0.5,
        gate: {
          verdict: 'Regression',
          baselineRunId: 'before-1',
          effect: -0.5,
        },
      },
    ]);
    const rest = await bed.request(
      `${path}?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect(rest.body).toMatchObject({ points: [{ runId: 'before-1' }] });
    for (const cursor of ['x', '2147483648', '999999999999999']) {
      const wrong = await bed.request(`${path}?cursor=${cursor}`);
      expect(wrong.status).toBe(400);
    }

    const nobody = `${objectsPath('arenajobs', 'nobody')}/trend`;
    expect((await bed.request(nobody)).status).toBe(404);
    await bed.request(objectsPath('arenajobs'), {
      method: 'POST',
      body: objectBody('ArenaJob', 'nobody'),
    });
    expect((await bed.request(nobody)).body).toEqual({ points: [] });
  });

  it('is for those who may read jobs', async () => {
    bed.decisions.set('arena.job.read', AuthorizeResult.DENY);
    for (const path of [
      '/v1/runs/after-1/gate',
      '/v1/runs/after-1/comparison',
      `${objectsPath('arenajobs', 'nightly')}/trend`,
    ]) {
      expect((await bed.request(path)).status).toBe(403);
    }
  });
});
