import { mockCredentials } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { withOffsets } from '@backstage-arena/plugin-arena-common';
import { databases } from '../__testUtils__/databases';
import { applyMigrations } from '../database/applyMigrations';
import {
  ApiTestBed,
  asService,
  createApiTestBed,
  USER,
} from './__testUtils__/apiTestBed';
import { createRun, pins, work } from './__testUtils__/testRun';

jest.setTimeout(60_000);

const OTHER = 'user:default/kim';
const asOther = { Authorization: mockCredentials.user.header(OTHER) };

/** The plan of `createRun`, with the scenario `refund` in another version. */
const editedPlan = withOffsets({
  version: 1,
  engineVersion: '1',
  regions: ['default'],
  providers: ['one', 'two'].map(id => ({
    id,
    group: 'default',
    type: 'mock',
    key: `key-${id}`,
  })),
  scenarios: ['refund', 'delivery'].map(id => ({
    id,
    providers: [0, 1],
    variants: 1,
    trials: 2,
    key: id === 'refund' ? 'key-edited' : `key-${id}`,
  })),
});

describe.each(databases.eachSupportedId())('comments and labels, %s', id => {
  let bed: ApiTestBed;

  beforeEach(async () => {
    bed = await createApiTestBed(id);
    await applyMigrations(bed.knex);
  });

  const comment = (
    runId: string,
    index: number,
    text: string,
    headers?: Record<string, string>,
  ) =>
    bed.request(`/v1/runs/${runId}/items/${index}/comments`, {
      method: 'POST',
      body: { text },
      headers,
    });
  const label = (runId: string, index: number, name: string, method = 'PUT') =>
    bed.request(`/v1/runs/${runId}/items/${index}/labels/${name}`, { method });

  it('belong to the cell in all runs of a job, and leave a record', async () => {
    const runId = await createRun(bed);
    const made = await comment(runId, 2, 'Model two **never** refunds');
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      text: 'Model two **never** refunds',
      author: USER,
      createdAt: bed.clock.now().toISOString(),
      outdated: false,
    });
    expect((await label(runId, 2, 'known-issue')).body.labels).toEqual([
      {
        label: 'known-issue',
        author: USER,
        createdAt: bed.clock.now().toISOString(),
        outdated: false,
      },
    ]);
    expect(bed.audit.mock.calls).toEqual([
      ['comment-create', { runId, index: 2 }, 'success'],
      ['label-add', { runId, index: 2, label: 'known-issue' }, 'success'],
    ]);

    // The second trial of the cell, in a run that the schedule of the same job started.
    const later = await createRun(bed, {
      jobUid: 'child-uid',
      jobName: 'a-child',
      series: 'a',
    });
    const seen = await bed.request(`/v1/runs/${later}/items/3/comments`, {
      headers: asService,
    });
    expect(seen.body).toMatchObject({
      cell: {
        scenario: 'refund',
        provider: 'two',
        region: 'default',
        variant: 0,
      },
      labels: [{ label: 'known-issue' }],
      comments: [{ id: made.body.id, outdated: false }],
    });
    // Another cell, another job, another namespace.
    for (const [run, index] of [
      [later, 0],
      [await createRun(bed, { jobUid: 'other', jobName: 'other' }), 2],
      [await createRun(bed, { jobUid: 'away', namespace: 'away' }), 2],
    ] as const) {
      const { body } = await bed.request(
        `/v1/runs/${run}/items/${index}/comments`,
      );
      expect(body).toMatchObject({ labels: [], comments: [] });
      const foreign = await bed.request(
        `/v1/runs/${run}/comments/${made.body.id}`,
        { method: 'DELETE' },
      );
      expect(foreign.status).toBe(run === later ? 204 : 404);
      if (run === later) {
        await comment(runId, 2, 'again');
      }
    }
  });

  it('are outdated once the scenario has changed', async () => {
    const runId = await createRun(bed);
    await comment(runId, 0, 'wrong expectation');
    await label(runId, 0, 'bad-test');
    const later = await createRun(bed, { jobUid: 'b', plan: editedPlan });
    const { body } = await bed.request(`/v1/runs/${later}/items/0/comments`);
    expect(body).toMatchObject({
      labels: [{ label: 'bad-test', outdated: true }],
      comments: [{ outdated: true }],
    });
    const cells = await bed.request(`/v1/runs/${later}/comments`);
    expect(cells.body.items).toEqual([
      {
        scenario: 'refund',
        provider: 'one',
        region: 'default',
        variant: 0,
        labels: [],
        open: 1,
        comments: 1,
      },
    ]);
    // It counts again once it is put on the new version.
    const again = await label(later, 0, 'bad-test');
    expect(again.body.labels).toMatchObject([{ outdated: false }]);
  });

  it('are changed and deleted by their author, and resolved by everybody who may comment', async () => {
    const runId = await createRun(bed);
    const { body } = await comment(runId, 0, 'one');
    const path = `/v1/runs/${runId}/comments/${body.id}`;
    const put = (changes: object, headers?: Record<string, string>) =>
      bed.request(path, { method: 'PUT', body: changes, headers });

    bed.clock.advance(1_000);
    const edited = await put({ text: 'two' });
    expect(edited.body).toMatchObject({
      text: 'two',
      editedAt: bed.clock.now().toISOString(),
    });
    const refused = await put({ text: 'three' }, asOther);
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain(
      `is by ${USER}: only they may change its text`,
    );
    const resolved = await put({ resolved: true }, asOther);
    expect(resolved.body).toMatchObject({ text: 'two', resolvedBy: OTHER });
    const cells = await bed.request(`/v1/runs/${runId}/comments`);
    expect(cells.body.items).toMatchObject([{ open: 0, comments: 1 }]);
    const reopened = await put({ resolved: false });
    expect(reopened.body.resolvedBy).toBeUndefined();

    bed.decisions.set('arena.comment.delete', AuthorizeResult.DENY);
    const removal = { method: 'DELETE', headers: asOther };
    expect((await bed.request(path, removal)).status).toBe(403);
    expect(bed.audit).toHaveBeenLastCalledWith(
      'comment-delete',
      { runId, commentId: body.id },
      'NotAllowedError',
    );
    expect((await bed.request(path, { method: 'DELETE' })).status).toBe(204);
    expect((await bed.request(path, { method: 'DELETE' })).status).toBe(404);
    bed.decisions.delete('arena.comment.delete');
    const next = await comment(runId, 0, 'mine');
    const other = `/v1/runs/${runId}/comments/${next.body.id}`;
    expect((await bed.request(other, removal)).status).toBe(204);
  });

  it('filter the items', async () => {
    const runId = await createRun(bed);
    await work(bed, runId, ['passed', 'failed', 'failed', 'failed']);
    await work(bed, runId, ['passed', 'failed']);
    await label(runId, 2, 'known-issue');
    await label(runId, 5, 'known-issue');
    await label(runId, 0, 'flaky');
    const indexes = async (query: string) => {
      const found: number[] = [];
      let cursor = '';
      do {
        const { status, body } = await bed.request(
          `/v1/runs/${runId}/items?${query}&limit=1${cursor}`,
        );
        expect(status).toBe(200);
        found.push(...body.items.map((item: { index: number }) => item.index));
        cursor = body.nextCursor
          ? `&cursor=${encodeURIComponent(body.nextCursor)}`
          : '';
      } while (cursor);
      return found;
    };
    expect(await indexes('label=known-issue')).toEqual([2, 3, 4, 5]);
    expect(await indexes('label=known-issue&label=flaky')).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
    expect(await indexes('label=known-issue&status=failed')).toEqual([2, 3, 5]);
    expect(
      await indexes(
        'label=known-issue&status=failed&orderBy=durationMs&order=desc',
      ),
    ).toEqual([3, 2, 5]);
    expect(await indexes('label=known-issue&scenario=delivery')).toEqual([
      4, 5,
    ]);
    expect(await indexes('label=known-issue&scenario=nope')).toEqual([]);
    expect(await indexes('label=other')).toEqual([]);
    expect(await indexes('withoutLabel=known-issue')).toEqual([0, 1]);
    expect(await indexes('status=failed&withoutLabel=known-issue')).toEqual([
      1,
    ]);
    // They change no verdict.
    const { body } = await bed.request(`/v1/runs/${runId}`);
    expect(body.counters).toMatchObject({ passed: 2, failed: 4 });
    await label(runId, 5, 'known-issue', 'DELETE');
    expect(await indexes('label=known-issue')).toEqual([2, 3]);
  });

  it('are listed page by page', async () => {
    const runId = await createRun(bed);
    for (const index of [0, 2, 4]) await label(runId, index, 'my-own');
    await comment(runId, 6, 'x');
    const found = new Set<string>();
    let cursor = '';
    let pages = 0;
    do {
      const { body } = await bed.request(
        `/v1/runs/${runId}/comments?limit=1${cursor}`,
      );
      for (const cell of body.items) {
        found.add(`${cell.scenario}/${cell.provider}`);
      }
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
      pages += 1;
    } while (cursor);
    expect(pages).toBe(4);
    expect(found.size).toBe(4);
  });

  it('are refused with what is wrong', async () => {
    const runId = await createRun(bed);
    const load = await createRun(bed, {
      jobUid: 'load',
      pins: { ...pins, type: 'datagen' },
    });
    for (const [status, message, answer] of [
      [400, 'only items of evaluations', comment(load, 0, 'x')],
      [400, 'allowed are 0 to 7', comment(runId, 8, 'x')],
      [400, 'allowed are 1 to 10000', comment(runId, 0, ' ')],
      [400, 'it has 10001 characters', comment(runId, 0, 'x'.repeat(10_001))],
      [400, 'allowed are known-issue, ', label(runId, 0, 'Known_Issue')],
      [400, '40 lower case letters', label(runId, 0, 'x'.repeat(41))],
      [404, "Run 'nope'", comment('nope', 0, 'x')],
      [403, 'is for users', comment(runId, 0, 'x', asService)],
    ] as const) {
      const { status: found, body } = await answer;
      expect([found, body.error.message]).toEqual([
        status,
        expect.stringContaining(message),
      ]);
    }
    for (let i = 0; i < 20; i++) await label(runId, 0, `label-${i}`);
    expect((await label(runId, 0, 'one-more')).status).toBe(409);
    expect((await label(runId, 0, 'label-3')).status).toBe(200);

    bed.decisions.set('arena.comment.create', AuthorizeResult.DENY);
    expect((await comment(runId, 0, 'x')).status).toBe(403);
    expect((await label(runId, 0, 'flaky')).status).toBe(403);
    bed.decisions.set('arena.job.read', AuthorizeResult.DENY);
    const read = await bed.request(`/v1/runs/${runId}/items/0/comments`);
    expect(read.status).toBe(403);
  });

  it('stay as long as a run of the job does', async () => {
    const { comments, runs } = bed.services;
    const runId = await createRun(bed);
    const later = await createRun(bed, {
      jobUid: 'child',
      jobName: 'child',
      series: 'a',
    });
    await comment(runId, 0, 'x');
    await label(runId, 0, 'flaky');
    await runs.delete(runId);
    expect(await comments.prune()).toBe(0);
    await runs.delete(later);
    expect(await comments.prune()).toBe(1);
    for (const table of ['comment_series', 'item_comments', 'item_labels']) {
      expect(await bed.knex(table)).toEqual([]);
    }
  });
});
