import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { databases } from '../__testUtils__/databases';
import {
  ApiTestBed,
  asService,
  asUser,
  createApiTestBed,
  objectBody,
  objectsPath,
  USER,
} from './__testUtils__/apiTestBed';
import { createRun, pins, work } from './__testUtils__/testRun';

jest.setTimeout(60_000);

const RERUN_OF = 'arena.backstage.io/rerun-of';
const RERUN_ITEMS = 'arena.backstage.io/rerun-items';

describe.each(databases.eachSupportedId())('runs over REST, %s', id => {
  let bed: ApiTestBed;

  beforeEach(async () => {
    bed = await createApiTestBed(id);
  });

  const createJob = async (
    name: string,
    overrides: Parameters<typeof objectBody>[2] = {},
  ) => {
    const { body } = await bed.request(objectsPath('arenajobs'), {
      method: 'POST',
      body: objectBody('ArenaJob', name, overrides),
    });
    return body;
  };
  const jobPath = (name: string, verb: string) =>
    `${objectsPath('arenajobs', name)}/${verb}`;

  it('shows a run with its counters, matrix, items and transcripts', async () => {
    const runId = await createRun(bed);
    await work(bed, runId, ['passed', 'failed', 'errored']);

    const run = await bed.request(`/v1/runs/${runId}`, { headers: asService });
    expect(run.status).toBe(200);
    expect(run.body.counters).toMatchObject({
      total: 8,
      passed: 1,
      failed: 1,
      errored: 1,
      pending: 5,
    });

    const matrix = await bed.request(`/v1/runs/${runId}/matrix`);
    expect(matrix.status).toBe(200);
    expect(matrix.body.scenarios.map((s: any) => s.id)).toEqual([
      'refund',
      'delivery',
    ]);

    const items = await bed.request(
      `/v1/runs/${runId}/items?status=failed&status=errored&orderBy=durationMs&order=desc&limit=1`,
    );
    expect(items.body.items).toMatchObject([{ index: 2, status: 'errored' }]);
    const next = await bed.request(
      `/v1/runs/${runId}/items?status=failed&status=errored&orderBy=durationMs&order=desc&limit=1&cursor=${encodeURIComponent(
        items.body.nextCursor,
      )}`,
    );
    expect(next.body.items).toMatchObject([{ index: 1, status: 'failed' }]);

    const item = await bed.request(`/v1/runs/${runId}/items/0`);
    expect(item.body).toMatchObject({ index: 0, status: 'passed' });

    const transcript = await bed.request(
      `/v1/runs/${runId}/items/1/transcript`,
    );
    expect(transcript.body.messages[1].content).toBe('item 1');
    expect(bed.audit).toHaveBeenCalledWith(
      'transcript-read',
      { runId, index: 1 },
      'success',
    );
  });

  it('shows statistics of cells, page by page', async () => {
    const runId = await createRun(bed);
    await work(bed, runId, ['passed', 'failed', 'errored', 'passed']);
    const path = `/v1/runs/${runId}/statistics`;
    const first = await bed.request(`${path}?limit=1`, { headers: asService });
    expect(first.status).toBe(200);
    expect(first.body.items).toEqual([
      {
        scenario: 'refund',
        provider: 'one',
        items: 2,
        judged: 2,
        unjudged: 0,
        passed: 1,
        passRate: 0.5,
        interval: {
          low: expect.closeTo(0.0945, 4),
          high: expect.closeTo(0.9055, 4),
        },
        class: 'flaky',
        trials: [
          { k: 1, passAtK: 0.5, passHatK: 0.5, groups: 1 },
          { k: 2, passAtK: 1, passHatK: 0, groups: 1 },
        ],
        duration: { count: 2, p50: 100, p90: 200, p95: 200, p99: 200 },
      },
    ]);
    const next = await bed.request(
      `${path}?limit=1&cursor=${encodeURIComponent(first.body.nextCursor)}`,
    );
    expect(next.body.items).toMatchObject([
      { provider: 'two', judged: 1, unjudged: 1, class: 'stable' },
    ]);
    expect(next.body.nextCursor).toBeUndefined();
    const one = await bed.request(`${path}?scenario=refund&provider=two`);
    expect(one.body.items).toEqual(next.body.items);
  });

  it('does not show transcripts to services', async () => {
    const runId = await createRun(bed);
    await work(bed, runId, ['passed']);
    const answer = await bed.request(`/v1/runs/${runId}/items/0/transcript`, {
      headers: asService,
    });
    expect(answer.status).toBe(403);
  });

  it.each([
    ['404', '/v1/runs/nope'],
    ['404', '/v1/runs/nope/matrix'],
    ['404', '/v1/runs/nope/items'],
    ['404', '/v1/runs/nope/statistics'],
    ['400', '/v1/runs/job-uid-1/statistics?limit=101'],
    ['400', '/v1/runs/job-uid-1/statistics?cursor=nonsense'],
    ['400', '/v1/runs/job-uid-1/statistics?region=eu'],
    ['404', '/v1/runs/nope/items/0'],
    ['404', '/v1/runs/nope/items/0/transcript'],
    ['404', '/v1/runs/nope/reports/results.json'],
    ['404', '/v1/runs/job-uid-1/items/7'],
    ['404', '/v1/runs/job-uid-1/items/7/transcript'],
    ['404', '/v1/runs/job-uid-1/items/999999999999'],
    ['404', '/v1/runs/job-uid-1/reports/..%2F..%2Fsecret'],
    ['400', '/v1/runs/job-uid-1/items/-1'],
    ['400', '/v1/runs/job-uid-1/items/1e3'],
    ['400', '/v1/runs/job-uid-1/items/99999999999999999999'],
    ['400', '/v1/runs/job-uid-1/items?limit=501'],
    ['400', '/v1/runs/job-uid-1/items?status=green'],
    ['400', '/v1/runs/job-uid-1/items?cursor=nonsense'],
    ['400', '/v1/runs/job-uid-1/items?orderBy=key'],
    ['400', '/v1/runs/%E0%A4%A'],
  ])('answers %s to %s', async (status, path) => {
    await createRun(bed);
    expect((await bed.request(path)).status).toBe(Number(status));
  });

  describe('reports', () => {
    const content = '{"summary": {}}\n';
    let path: string;
    let digest: string;

    beforeEach(async () => {
      const runId = await createRun(bed);
      const info = await bed.snapshots.put(Readable.from([content]));
      digest = info.digest;
      await bed.services.runs.addReport(runId, {
        name: 'results.json',
        contentType: 'application/json',
        ...info,
      });
      path = `/v1/runs/${runId}/reports/${encodeURIComponent('results.json')}`;
    });

    it('are downloads', async () => {
      const answer = await bed.request(path);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(content);
      expect(answer.headers.get('content-disposition')).toBe(
        'attachment; filename="results.json"',
      );
      expect(answer.headers.get('content-type')).toMatch('application/json');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('etag')).toBe(`"${digest}"`);
    });

    it('are not sent again to who has them', async () => {
      const answer = await bed.request(path, {
        headers: {
          ...asUser,
          'If-None-Match': `"${digest}"`,
          // Otherwise fetch adds no-cache, which asks for the whole again.
          'Cache-Control': 'max-age=0',
        },
      });
      expect(answer.status).toBe(304);
      expect(answer.text).toBe('');
    });

    it('are written once more when that failed, while their job is there', async () => {
      const job = await createJob('lost');
      const runId = await createRun(bed, {
        id: `${job.metadata.uid}-1`,
        jobUid: job.metadata.uid,
        jobName: 'lost',
        namespace: job.metadata.namespace,
      });
      const retry = (headers = asUser) =>
        bed.request(`/v1/runs/${runId}/reports/retry`, {
          method: 'POST',
          headers,
        });
      expect((await retry()).body.error.message).toContain('is still going on');
      await bed.services.runs.close(runId, {
        outcome: 'Cancelled',
        finalize: false,
      });
      expect((await retry(asService)).status).toBe(403);
      bed.decisions.set('arena.job.update', AuthorizeResult.DENY);
      expect((await retry()).status).toBe(403);
      bed.decisions.clear();

      const answer = await retry();
      expect(answer.status).toBe(202);
      expect(answer.body).toMatchObject({ id: runId, state: 'Finalizing' });
      const { metadata } = await bed.store.resources.get(
        'ArenaJob',
        job.metadata,
      );
      expect(metadata.finalizers).toEqual(['arena.backstage.io/run']);
      expect(
        metadata.annotations?.['omnia.altairalabs.ai/reconcile-at'],
      ).toBeDefined();
      expect(bed.audit).toHaveBeenCalledWith(
        'reports-retry',
        { runId },
        'success',
      );

      await bed.services.runs.close(runId, {
        outcome: 'Cancelled',
        finalize: false,
      });
      const orphan = await createRun(bed, { id: 'gone-1', jobUid: 'gone' });
      await bed.services.runs.close(orphan, {
        outcome: 'Cancelled',
        finalize: false,
      });
      const refused = await bed.request(`/v1/runs/${orphan}/reports/retry`, {
        method: 'POST',
        headers: asUser,
      });
      expect(refused.status).toBe(409);
      expect(refused.body.error.message).toContain('does not exist anymore');
    });

    it('name those that there are', async () => {
      const answer = await bed.request('/v1/runs/job-uid-1/reports/other.csv');
      expect(answer.status).toBe(404);
      expect(answer.body.error.message).toContain('results.json');
    });

    it('answer 404 when their content is gone', async () => {
      await bed.snapshots.delete(digest);
      expect((await bed.request(path)).status).toBe(404);
    });
  });

  describe('cancel', () => {
    it('sets what the reconciler looks for, as often as one likes', async () => {
      await createJob('a');
      for (const _ of [1, 2]) {
        const answer = await bed.request(jobPath('a', 'cancel'), {
          method: 'POST',
        });
        expect(answer.status).toBe(200);
        expect(answer.body.spec).toEqual({
          sourceRef: { name: 'source' },
          cancelled: true,
        });
      }
      expect(bed.audit).toHaveBeenCalledWith(
        'job-cancel',
        { cluster: 'embedded', namespace: 'team', name: 'a' },
        'success',
      );
    });

    it('gets through while the status is being written', async () => {
      let job = await createJob('a');
      const { resources } = bed.store;
      let writing = true;
      const writer = (async () => {
        for (let i = 0; writing; i++) {
          job = await resources.get('ArenaJob', job.metadata);
          await resources
            .updateStatus({ ...job, status: { phase: 'Running', i } })
            .catch(error => {
              if (error.name !== 'ConflictError') throw error;
            });
          // SQLite in this process answers without the event loop, which the requests need.
          await setImmediate();
        }
      })();
      const answers = await Promise.all(
        [1, 2, 3].map(() =>
          bed.request(jobPath('a', 'cancel'), { method: 'POST' }),
        ),
      );
      writing = false;
      await writer;
      expect(answers.map(answer => answer.status)).toEqual([200, 200, 200]);
      const after = await resources.get('ArenaJob', job.metadata);
      expect(after.spec.cancelled).toBe(true);
      expect(after.status?.phase).toBe('Running');
    });

    it('is refused when the job has ended, unless it is a scheduled one', async () => {
      for (const [name, schedule] of [
        ['once', undefined],
        ['nightly', { cron: '0 2 * * *' }],
      ] as const) {
        const job = await createJob(name, {
          spec: {
            sourceRef: { name: 'source' },
            ...(schedule && { schedule: { ...schedule } }),
          },
        });
        await bed.store.resources.updateStatus({
          ...job,
          status: { phase: 'Succeeded' },
        });
      }
      const once = await bed.request(jobPath('once', 'cancel'), {
        method: 'POST',
      });
      expect(once.status).toBe(409);
      expect(once.body.error.message).toContain('phase is Succeeded');
      const nightly = await bed.request(jobPath('nightly', 'cancel'), {
        method: 'POST',
      });
      expect(nightly.status).toBe(200);
    });

    it('answers 404 when there is no such job', async () => {
      const answer = await bed.request(jobPath('a', 'cancel'), {
        method: 'POST',
      });
      expect(answer.status).toBe(404);
    });
  });

  describe('rerun', () => {
    const rerun = (name: string, body?: object) =>
      bed.request(jobPath(name, 'rerun'), { method: 'POST', body });

    it('creates a job that names the run it repeats', async () => {
      const job = await createJob('a', {
        metadata: {
          labels: { team: 'care' },
          annotations: { 'arena.backstage.io/owner': 'group:default/care' },
        },
        spec: {
          sourceRef: { name: 'source' },
          cancelled: true,
          schedule: { cron: '0 2 * * *' },
        },
      });
      await createRun(bed, { jobUid: job.metadata.uid });
      const latest = await createRun(bed, {
        jobUid: job.metadata.uid,
        attempt: 2,
      });
      const answer = await rerun('a');
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({
        metadata: {
          name: expect.stringMatching(/^a-rerun-[a-z0-9]{5}$/),
          labels: { team: 'care' },
          annotations: {
            'arena.backstage.io/creator': USER,
            'arena.backstage.io/owner': 'group:default/care',
            [RERUN_OF]: latest,
          },
        },
      });
      expect(answer.body.spec).toEqual({ sourceRef: { name: 'source' } });
      expect(answer.body.metadata.annotations[RERUN_ITEMS]).toBeUndefined();
    });

    it('keeps names short, also of a repetition of a repetition', async () => {
      const job = await createJob(`${'x'.repeat(60)}-rerun-abcde`);
      await createRun(bed, { jobUid: job.metadata.uid });
      const { body } = await rerun(job.metadata.name);
      expect(body.metadata.name).toMatch(/^x+-rerun-[a-z0-9]{5}$/);
      expect(body.metadata.name.length).toBeLessThanOrEqual(63);
    });

    it('is refused when there is nothing to repeat', async () => {
      const job = await createJob('a');
      const before = await rerun('a');
      expect(before.status).toBe(409);
      expect(before.body.error.message).toContain('has not run yet');

      const runId = await createRun(bed, { jobUid: job.metadata.uid });
      await work(bed, runId, ['passed']);
      const running = await rerun('a', { failedOnly: true });
      expect(running.status).toBe(409);
      expect(running.body.error.message).toContain('still going on');

      await bed.services.runs.close(runId, {
        outcome: 'Completed',
        finalize: false,
      });
      const green = await rerun('a', { failedOnly: true });
      expect(green.status).toBe(409);
      expect(green.body.error.message).toContain('no failed items');
    });

    it('repeats failed items only', async () => {
      const job = await createJob('a');
      const runId = await createRun(bed, { jobUid: job.metadata.uid });
      await work(bed, runId, ['passed', 'errored']);
      await bed.services.runs.close(runId, {
        outcome: 'Cancelled',
        finalize: false,
      });
      const { body } = await rerun('a', { failedOnly: true });
      expect(body.metadata.annotations).toMatchObject({
        [RERUN_OF]: runId,
        [RERUN_ITEMS]: 'failed',
      });
    });

    it('refuses what it does not know', async () => {
      await createJob('a');
      const answer = await rerun('a', { failedOnly: 'yes', more: 1 });
      expect(answer.status).toBe(400);
      expect(answer.body.error.message).toContain('\'failedOnly\' is "yes"');
    });

    it('cannot be had by annotation from another namespace', async () => {
      const runId = await createRun(bed, { namespace: 'other' });
      const create = (annotations: Record<string, string>) =>
        bed.request(objectsPath('arenajobs'), {
          method: 'POST',
          body: objectBody('ArenaJob', 'thief', { metadata: { annotations } }),
        });
      const refused: Array<Record<string, string>> = [
        { [RERUN_OF]: runId },
        { [RERUN_OF]: 'nope-1' },
        { [RERUN_OF]: runId, [RERUN_ITEMS]: 'all' },
        { [RERUN_ITEMS]: 'failed' },
      ];
      for (const annotations of refused) {
        expect((await create(annotations)).status).toBe(422);
      }
      const own = await createRun(bed, { jobUid: 'own' });
      expect((await create({ [RERUN_OF]: own })).status).toBe(201);
      const changed = await bed.request(objectsPath('arenajobs', 'thief'), {
        method: 'PUT',
        body: objectBody('ArenaJob', 'thief', {
          metadata: { annotations: { [RERUN_OF]: runId } },
        }),
      });
      expect(changed.status).toBe(422);
    });
  });

  it('shows which providers a run has, not how they are called', async () => {
    const job = await createJob('a');
    const providers = [
      {
        id: 'gpt',
        group: 'default',
        bindsTo: 'assistant',
        spec: {
          type: 'openai',
          model: 'gpt-5',
          base_url: 'https://hidden.example',
          headers: { 'X-Key': 'hidden-header' },
        },
        credentialSlot: 'ARENA_CREDENTIAL_1',
        credentialSource: {
          namespace: 'team',
          secret: 'hidden-secret',
          key: 'value',
        },
      },
    ];
    const runId = await createRun(bed, {
      jobUid: job.metadata.uid,
      pins: { ...pins, providers },
    });
    const shown = [
      {
        id: 'gpt',
        group: 'default',
        bindsTo: 'assistant',
        spec: { type: 'openai', model: 'gpt-5' },
      },
    ];
    const run = await bed.request(`/v1/runs/${runId}`);
    expect(run.status).toBe(200);
    expect(run.body.pins).toEqual({ ...pins, providers: shown });
    const runs = await bed.request(jobPath('a', 'runs'));
    expect(runs.body.items[0].pins.providers).toEqual(shown);
    expect(JSON.stringify([run.body, runs.body])).not.toMatch(
      /hidden|CREDENTIAL/,
    );
    // Workers and the reconciler still get the whole.
    expect((await bed.services.runs.get(runId)).pins.providers).toEqual(
      providers,
    );
  });

  describe('runs of a job', () => {
    it('are its own while it is there, and those left under its name later', async () => {
      const old = await createRun(bed, { jobUid: 'namesake' });
      const job = await createJob('a');
      const before = await bed.request(jobPath('a', 'runs'));
      expect(before.body.items).toEqual([]);

      const runId = await createRun(bed, { jobUid: job.metadata.uid });
      const ids = async () =>
        (await bed.request(jobPath('a', 'runs'))).body.items.map(
          (run: any) => run.id,
        );
      expect(await ids()).toEqual([runId]);

      await bed.request(objectsPath('arenajobs', 'a'), { method: 'DELETE' });
      expect((await ids()).sort()).toEqual([old, runId].sort());
      const unknown = await bed.request(jobPath('unknown', 'runs'));
      expect(unknown.status).toBe(404);
    });
  });
});
