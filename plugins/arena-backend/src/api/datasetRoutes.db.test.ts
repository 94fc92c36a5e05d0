import { datasetProfileOf } from '@backstage-arena/plugin-arena-common/datagen';
import { databases } from '../__testUtils__/databases';
import { testReport } from '../__testUtils__/runs';
import { ApiTestBed, createApiTestBed } from './__testUtils__/apiTestBed';
import { createRun, pins } from './__testUtils__/testRun';

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('datasets over REST, %s', id => {
  let bed: ApiTestBed;
  let runId: string;

  beforeEach(async () => {
    bed = await createApiTestBed(id);
    const dataset = { ...datasetProfileOf(undefined), count: 3, seed: 5 };
    runId = await createRun(bed, {
      pins: { ...pins, type: 'datagen', dataset },
    });
    const { queue } = bed.services;
    const workerId = 'w';
    await queue.register(runId, {
      protocolVersion: 1,
      workerId,
      engineVersion: '1',
      host: 'test',
    });
    const replies = [
      { row: '{"id":1}' },
      { row: '{"id":1}' },
      { row: '{"id":2}', persona: 'calm' },
      { reject: { reason: 'schema' as const, message: 'm', text: 't' } },
    ];
    for (let index = 0; index < replies.length; ) {
      const lease = await queue.lease(runId, { workerId, capacity: 1 });
      if (lease.state !== 'granted') throw new Error(`Lease is ${lease.state}`);
      await queue.report(runId, {
        workerId,
        leaseId: lease.leaseId,
        fence: lease.fence,
        results: [testReport(index, { generated: replies[index] })],
      });
      index += 1;
    }
  });

  const get = (path: string) => bed.request(`/v1/runs/${runId}${path}`);

  it('shows figures, rows and rejects', async () => {
    const { body: state } = await get('/dataset');
    expect(state).toMatchObject({
      phase: 'running',
      count: 3,
      rows: 2,
      attempts: 4,
      maxAttempts: 1_000,
      rejects: { duplicate: 1, schema: 1 },
      surplus: 0,
      barren: 1,
      cost: 1,
    });
    expect(state.history).toHaveLength(4);

    const first = await get('/rows?limit=1');
    expect(first.body).toMatchObject({
      totalItems: 2,
      nextCursor: '1',
      items: [{ number: 0, row: { id: 1 }, attempt: 0, scenario: 'refund' }],
    });
    const second = await get('/rows?cursor=1');
    expect(second.body.items).toEqual([
      expect.objectContaining({ number: 1, row: { id: 2 }, persona: 'calm' }),
    ]);

    const rejects = await get('/rejects');
    expect(rejects.body.totalItems).toBe(2);
    expect(rejects.body.items).toEqual([
      expect.objectContaining({ attempt: 3, reason: 'schema', text: 't' }),
      expect.objectContaining({
        attempt: 1,
        reason: 'duplicate',
        duplicateOf: 0,
      }),
    ]);
    const some = await get('/rejects?reason=duplicate&limit=5');
    expect(some.body).toMatchObject({ totalItems: 1, items: [{ attempt: 1 }] });
  });

  it('refuses what it does not know', async () => {
    expect((await get('/rejects?reason=ugly')).status).toBe(400);
    expect((await get('/rows?cursor=x')).body.error.message).toMatch(
      /nextCursor of the page before/,
    );
    expect((await get('/rows?limit=501')).status).toBe(400);
    const evaluation = await createRun(bed, { jobUid: 'other' });
    for (const path of ['dataset', 'rows', 'rejects']) {
      const { status } = await bed.request(`/v1/runs/${evaluation}/${path}`);
      expect(status).toBe(404);
    }
  });
});
