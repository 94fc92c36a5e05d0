import { withOffsets } from '@backstage-arena/plugin-arena-common';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { databases } from '../__testUtils__/databases';
import { testReport } from '../__testUtils__/runs';
import { ApiTestBed, createApiTestBed } from './__testUtils__/apiTestBed';
import { createRun, pins } from './__testUtils__/testRun';

jest.setTimeout(60_000);

const TRIALS = 6;

/** A run of scenarios with one provider and six trials each, of which some fail. */
async function runOf(
  bed: ApiTestBed,
  jobUid: string,
  options: {
    scenarios: Array<{ id: string; key?: string; failed?: number }>;
    provider?: { model: string; temperature: number };
    revision?: string;
    open?: boolean;
  },
): Promise<string> {
  const { scenarios, provider, revision = 'main@1' } = options;
  const runId = await createRun(bed, {
    jobUid,
    jobName: 'nightly',
    pins: {
      ...pins,
      source: {
        ...pins.source,
        revision,
        digest: `sha256:${revision.slice(-1).repeat(64)}`,
      },
      ...(provider && {
        providers: [
          {
            id: 'one',
            group: 'default',
            spec: {
              type: 'openai',
              model: provider.model,
              base_url: `https://internal.example/${provider.model}`,
              defaults: { temperature: provider.temperature },
            },
          },
        ],
      }),
    },
    plan: withOffsets({
      version: 1,
      engineVersion: '1',
      regions: ['default'],
      providers: [
        {
          id: 'one',
          group: 'default',
          type: 'openai',
          key: provider?.model ?? 'key',
        },
      ],
      scenarios: scenarios.map(({ id, key = id }) => ({
        id,
        key,
        providers: [0],
        variants: 1,
        trials: TRIALS,
      })),
    }),
  });
  const { queue, runs } = bed.services;
  const workerId = 'worker';
  await queue.register(runId, {
    protocolVersion: 1,
    workerId,
    engineVersion: '1',
    host: 'test',
  });
  for (;;) {
    const lease = await queue.lease(runId, { workerId, capacity: 500 });
    if (lease.state !== 'granted') break;
    const indexes = lease.ranges.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i),
    );
    await queue.report(runId, {
      workerId,
      leaseId: lease.leaseId,
      fence: lease.fence,
      results: indexes.map(index => {
        const { failed = 0 } = scenarios[Math.floor(index / TRIALS)];
        return testReport(index, {
          status: index % TRIALS < failed ? 'failed' : 'passed',
          durationMs: 100 * (1 + failed),
          score: failed ? 0.25 : 0.75,
          cost: 0.01,
        });
      }),
    });
  }
  if (!options.open) {
    await runs.close(runId, { outcome: 'Completed', finalize: false });
    await bed.services.verdicts.record(
      runId,
      {
        metadata: {
          name: 'nightly',
          namespace: 'team',
          uid: jobUid,
          resourceVersion: '1',
          generation: 1,
          creationTimestamp: '2026-11-23T00:00:00Z',
        },
      },
      { phase: 'Succeeded', reason: 'JobSucceeded' },
    );
  }
  return runId;
}

describe.each(databases.eachSupportedId())('sets of runs over REST, %s', id => {
  let bed: ApiTestBed;

  beforeEach(async () => {
    bed = await createApiTestBed(id);
    await runOf(bed, 'base', {
      scenarios: [
        { id: 'refund' },
        { id: 'delivery', failed: 6 },
        { id: 'greets', failed: 2 },
        { id: 'old' },
        { id: 'tone' },
      ],
      provider: { model: 'small', temperature: 0 },
    });
    await runOf(bed, 'second', {
      scenarios: [
        { id: 'refund', failed: 6 },
        { id: 'delivery' },
        { id: 'greets', failed: 3 },
        { id: '=new' },
        { id: 'tone', key: 'another' },
      ],
      provider: { model: 'large', temperature: 0.5 },
      revision: 'main@2',
    });
    await runOf(bed, 'third', {
      scenarios: [
        { id: 'refund' },
        { id: 'delivery', failed: 6 },
        { id: 'greets', failed: 2 },
        { id: 'old' },
        { id: 'tone' },
      ],
      provider: { model: 'small', temperature: 0 },
    });
  });

  const set = 'run=base-1&run=second-1&run=third-1';
  const get = (path: string) => bed.request(`/v1/comparisons${path}`);

  it('says what became of each run beside the first one', async () => {
    const { status, body } = await get(`?${set}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      cluster: 'embedded',
      namespace: 'team',
      significance: 0.05,
      minEffect: 0.01,
      cells: 6,
      changes: {
        regressed: 1,
        fixed: 1,
        flaky: 1,
        edited: 1,
        new: 1,
        gone: 1,
        unchanged: 4,
        worse: 0,
      },
    });
    const [base, second, third] = body.runs;
    expect(base).toMatchObject({
      id: 'base-1',
      jobName: 'nightly',
      judged: 30,
      passed: 22,
      changedInputs: [],
    });
    expect(base).not.toHaveProperty('whole');
    expect(base.passRate).toBeCloseTo(22 / 30, 10);
    expect(base.interval.low).toBeLessThan(22 / 30);
    expect(second).toMatchObject({
      changedInputs: ['source', 'scenarios', 'providers'],
      whole: {
        cells: 3,
        excluded: { added: 1, gone: 1, edited: 1 },
        regressed: false,
      },
      changes: { regressed: 1, fixed: 1, flaky: 1 },
    });
    // Two runs are tested: each has half of the chance.
    expect(second.whole.confidence).toBeCloseTo(0.95, 10);
    expect(third).toMatchObject({ whole: { effect: 0 }, changedInputs: [] });
  });

  it('lists the cells, regressions first, with what was measured in each run', async () => {
    const { body } = await get(`/cells?${set}`);
    expect(body.totalItems).toBe(6);
    expect(body.items.map((row: { scenario: string }) => row.scenario)).toEqual(
      ['refund', 'delivery', 'greets', 'tone', '=new', 'old'],
    );
    const [refund] = body.items;
    expect(refund).toMatchObject({
      scenario: 'refund',
      provider: 'one',
      region: 'default',
      variant: 0,
      cells: [
        {
          figures: {
            trials: 6,
            firstItem: 0,
            judged: 6,
            passed: 6,
            unjudged: 0,
            passRate: 1,
            score: 0.75,
            durationMs: 100,
            cost: 0.01,
          },
        },
        {
          change: 'regressed',
          effect: -1,
          figures: { passed: 0, score: 0.25, durationMs: 700 },
        },
        { change: 'unchanged', effect: 0, pValue: 1 },
      ],
    });
    // One of 924 ways to deal six passes to twelve trials; three cells of the second run have passes and failures enough to show anything.
    expect(refund.cells[1].pValue).toBeCloseTo(3 / 924, 10);

    const one = await get(`/cells?${set}&key=${refund.key}`);
    expect(one.body).toEqual({ items: [refund], totalItems: 1 });
  });

  it('filters, orders and pages', async () => {
    const names = async (query: string) => {
      const { body } = await get(`/cells?${set}&${query}`);
      return body.items.map((row: { scenario: string }) => row.scenario);
    };
    expect(await names('change=fixed&change=new')).toEqual([
      'delivery',
      '=new',
    ]);
    expect(await names('change=fixed&in=third-1')).toEqual([]);
    expect(await names('search=DELI')).toEqual(['delivery']);
    expect(await names('orderBy=plan')).toEqual([
      'refund',
      'delivery',
      'greets',
      'old',
      'tone',
      '=new',
    ]);
    expect(await names('orderBy=plan&offset=1&limit=2')).toEqual([
      'delivery',
      'greets',
    ]);
    expect((await names('orderBy=durationMs'))[0]).toBe('refund');
    expect((await names('orderBy=durationMs&order=desc'))[0]).not.toBe(
      'refund',
    );
  });

  it('says what the runs are made of, without what only providers may show', async () => {
    const { body } = await get(`/inputs?${set}`);
    const [second, third] = body.items;
    expect(second).toMatchObject({
      runId: 'second-1',
      source: {
        before: { revision: 'main@1', digest: `sha256:${'1'.repeat(64)}` },
        after: { revision: 'main@2' },
      },
      scenarios: {
        added: { count: 1, names: ['=new'] },
        removed: { count: 1, names: ['old'] },
        changed: { count: 1, names: ['tone'] },
      },
      providers: { changed: { names: ['one'] } },
    });
    expect(second.providers.values.one).toEqual(
      expect.arrayContaining([
        { name: 'model', before: 'small', after: 'large' },
        { name: 'defaults.temperature', before: '0', after: '0.5' },
        { name: 'base_url', isHidden: true },
      ]),
    );
    expect(JSON.stringify(body)).not.toContain('internal.example');
    expect(third).toEqual({ runId: 'third-1' });
  });

  it('exports what matches as a table that no spreadsheet takes for a formula, and as JSON', async () => {
    const csv = await get(`/export?${set}&format=csv&change=new`);
    const lines = String(csv.text).trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^scenario,provider,region,variant,run,job/);
    expect(lines).toHaveLength(4);
    expect(lines[2]).toMatch(
      /^'=new,one,default,0,second-1,nightly,main@2,new,6/,
    );
    const json = await get(`/export?${set}&format=json`);
    expect(json.status).toBe(200);
    const parsed = JSON.parse(json.text);
    expect(parsed.runs).toHaveLength(3);
    expect(parsed.cells).toHaveLength(6);
  });

  it('sees a run that goes on', async () => {
    await runOf(bed, 'open', { scenarios: [{ id: 'refund' }], open: true });
    const before = await get('?run=base-1&run=open-1');
    expect(before.body.runs[1]).toMatchObject({ judged: 6, passed: 6 });
    await bed.services.runs.close('open-1', {
      outcome: 'Completed',
      finalize: false,
    });
    const after = await get('?run=base-1&run=open-1');
    expect(after.body.runs[1].state).toBe('Closed');
  });

  it('has the trend of a scenario and of a provider', async () => {
    const path =
      '/v1/clusters/embedded/namespaces/team/arenajobs/nightly/trend';
    const scenario = await bed.request(`${path}?scenario=refund`);
    expect(scenario.body.points).toMatchObject([
      { runId: 'third-1', passRate: 1, changedInputs: ['source', 'providers'] },
      {
        runId: 'second-1',
        judged: 6,
        passRate: 0,
        meanDurationMs: 700,
        cells: 1,
        changedInputs: ['source', 'providers'],
      },
      { runId: 'base-1', passRate: 1, changedInputs: [] },
    ]);
    // Only runs that have it, and only a change of its own text counts.
    const old = await bed.request(`${path}?scenario=old`);
    expect(old.body.points).toMatchObject([
      { runId: 'third-1', changedInputs: [] },
      { runId: 'base-1' },
    ]);
    const provider = await bed.request(`${path}?provider=one&scenario=tone`);
    expect(provider.body.points[1].changedInputs).toEqual([
      'source',
      'scenarios',
      'providers',
    ]);
    const none = await bed.request(`${path}?provider=nobody`);
    expect(none.body).toEqual({ points: [] });
    const wrong = await bed.request(`${path}?provider=one&limit=101`);
    expect(wrong.status).toBe(400);
  });

  it.each([
    ['?run=base-1', 400, /'run'/],
    ['?run=base-1&run=base-1', 400, /given twice/],
    ['?run=base-1&run=nobody-1', 404, /'nobody-1' does not exist/],
    ['?run=base-1&run=load-1', 400, /only evaluations/],
    ['?run=base-1&run=elsewhere-1', 400, /only runs of one namespace/],
    [`/cells?${set}&change=bad`, 400, /'change/],
    [`/cells?${set}&limit=201`, 400, /'limit'/],
    [`/cells?${set}&in=base-1`, 400, /in is 'base-1'/],
    [`/export?${set}&format=xls`, 400, /'format'/],
  ])('refuses %s', async (path, expected, message) => {
    await createRun(bed, { jobUid: 'elsewhere', namespace: 'other' });
    await createRun(bed, {
      jobUid: 'load',
      pins: { ...pins, type: 'loadtest' },
    });
    const { status, body } = await get(path);
    expect(body.error.message).toMatch(message);
    expect(status).toBe(expected);
  });

  it('is for those who may read jobs', async () => {
    bed.decisions.set('arena.job.read', AuthorizeResult.DENY);
    for (const path of ['', '/cells', '/inputs']) {
      expect((await get(`${path}?${set}`)).status).toBe(403);
    }
    expect((await get(`/export?${set}&format=csv`)).status).toBe(403);
  });
});
