import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { databases } from '../__testUtils__/databases';
import {
  ApiTestBed,
  asService,
  createApiTestBed,
  objectBody,
  objectsPath,
} from './__testUtils__/apiTestBed';
import { createRun, work } from './__testUtils__/testRun';

jest.setTimeout(60_000);

const COMPONENT = 'component:default/shop';
const PATH = '/v1/job-overviews';

describe.each(databases.eachSupportedId())('overviews over REST, %s', id => {
  let bed: ApiTestBed;

  const createJob = async (
    name: string,
    overrides: Parameters<typeof objectBody>[2] = {},
  ) => {
    const { body, status } = await bed.request(objectsPath('arenajobs'), {
      method: 'POST',
      body: objectBody('ArenaJob', name, {
        ...overrides,
        metadata: {
          annotations: { 'arena.backstage.io/component': COMPONENT },
          ...overrides.metadata,
        },
      }),
    });
    expect(status).toBe(201);
    return body;
  };
  const ask = (body: object) => bed.request(PATH, { method: 'POST', body });
  const namesOf = (body: any) =>
    body.items.map((item: any) => item.job.metadata.name).sort();

  /** A run of a job whose trials of one scenario differ. */
  const runFlaky = async (job: any) => {
    const runId = await createRun(bed, {
      jobUid: job.metadata.uid,
      jobName: job.metadata.name,
    });
    for (const statuses of [
      ['passed', 'failed'],
      ['passed', 'passed'],
      ['passed', 'passed'],
      ['failed', 'failed'],
    ] as const) {
      await work(bed, runId, [...statuses]);
    }
    await bed.services.runs.close(runId, {
      outcome: 'Completed',
      finalize: false,
    });
    await bed.services.verdicts.record(runId, job, {
      phase: 'Failed',
      reason: 'ItemsFailed',
    });
    return runId;
  };

  beforeEach(async () => {
    bed = await createApiTestBed(id);
  });

  it('tells of the jobs of components how they went', async () => {
    const job = await createJob('nightly');
    await createJob('unrelated', { metadata: { annotations: {} } });
    const child = await createJob('nightly-child', {
      metadata: {
        annotations: { 'arena.backstage.io/component': COMPONENT },
        labels: { 'arena.backstage.io/schedule-uid': job.metadata.uid },
      },
    });
    const runId = await runFlaky(job);
    const { status, body } = await ask({
      components: [COMPONENT, 'component:default/none'],
      points: 5,
    });
    expect(status).toBe(200);
    expect(namesOf(body)).toEqual(['nightly']);
    expect(body).toMatchObject({ isTruncated: false, missing: [] });
    const [found] = body.items;
    expect(found).toMatchObject({
      cluster: 'embedded',
      trend: [{ runId, judged: 8, passed: 5, flakyCells: 1, cells: 4 }],
    });
    expect(found.flakyCells).toEqual([
      { scenario: 'refund', provider: 'one', judged: 2, passed: 1 },
    ]);

    // Without points nothing of runs is read.
    const plain = await ask({ components: [COMPONENT] });
    expect(plain.body.items[0]).toMatchObject({ trend: [], flakyCells: [] });
    // Who asks for a child gets it.
    const { name, namespace } = child.metadata;
    const named = await ask({
      jobs: [
        { cluster: 'embedded', namespace, name },
        { cluster: 'embedded', namespace, name: 'gone' },
        { cluster: 'elsewhere', namespace, name: 'nightly' },
      ],
    });
    expect(namesOf(named.body)).toEqual(['nightly-child']);
  });

  it('tells of a job that repeats another one by that one', async () => {
    const job = await createJob('nightly');
    const runId = await runFlaky(job);
    const again = await createJob('nightly-again', {
      metadata: {
        annotations: {
          'arena.backstage.io/component': COMPONENT,
          'arena.backstage.io/rerun-of': runId,
        },
      },
    });
    await runFlaky(again);
    const { body } = await ask({ components: [COMPONENT], points: 5 });
    expect(namesOf(body)).toEqual(['nightly']);
    expect(body.items[0].trend).toHaveLength(2);
  });

  it('is open to services, and closed to those who may not read jobs', async () => {
    const ours = await bed.request(PATH, {
      method: 'POST',
      body: { components: [COMPONENT] },
      headers: asService,
    });
    expect(ours.status).toBe(200);
    bed.decisions.set('arena.job.read', AuthorizeResult.DENY);
    const { status } = await ask({ components: [COMPONENT] });
    expect(status).toBe(403);
  });

  it.each([
    [{}, "Neither 'components' nor 'jobs'"],
    [{ components: COMPONENT }, "field 'components'"],
    [{ components: Array(51).fill(COMPONENT) }, "field 'components'"],
    [{ components: [], points: 51 }, "field 'points' is 51"],
    [{ components: [], limit: 5 }, 'limit'],
    [{ jobs: [{ name: 'a' }] }, "field 'jobs.0.cluster'"],
  ])('refuses %j', async (body, message) => {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(message);
  });

  it('refuses a cluster that is not configured', async () => {
    const answer = await ask({ cluster: 'mars', components: [] });
    expect(answer.status).toBe(404);
    expect(answer.body.error.message).toContain('configured are embedded');
  });
});
