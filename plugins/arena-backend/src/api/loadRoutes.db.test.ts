import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  LoadHistogram,
  loadProfileOf,
  noCounts,
} from '@backstage-arena/plugin-arena-common/load';
import { databases } from '../__testUtils__/databases';
import { ApiTestBed, createApiTestBed } from './__testUtils__/apiTestBed';
import { createRun, pins } from './__testUtils__/testRun';

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('load tests over REST, %s', id => {
  let bed: ApiTestBed;
  let runId: string;

  const lease = (more: object = {}) =>
    bed.services.loads.lease(runId, {
      workerId: 'w',
      instance: 'i',
      received: 0,
      outstanding: 0,
      recordedUntil: 0,
      ...more,
    });
  const control = (body: object) =>
    bed.request(`/v1/runs/${runId}/load/controls`, { method: 'POST', body });

  beforeEach(async () => {
    bed = await createApiTestBed(id);
    const load = loadProfileOf(undefined);
    runId = await createRun(bed, {
      pins: { ...pins, type: 'loadtest', load },
    });
  });

  async function record(): Promise<void> {
    const latency = new LoadHistogram();
    latency.record(12);
    const counts = { ...noCounts(), sent: 1, completed: 1, succeeded: 1 };
    const times = { latency: latency.encode() };
    await bed.services.loads.record(runId, {
      workerId: 'w',
      instance: 'i',
      batches: [
        {
          worker: {
            workerId: 'w',
            second: 0,
            elapsedMs: 1_000,
            eventLoopDelay: { p50: 0, p99: 0, max: 0 },
            cpuMs: 1,
            spinMs: 0,
            inFlight: 1,
            connectionsOpened: 1,
            connectionsReused: 0,
            rssBytes: 1,
          },
          records: [
            {
              second: 0,
              stage: 0,
              providers: { one: { ...counts, times } },
              scenarios: {},
              dropped: {},
            },
          ],
        },
      ],
    });
  }

  it('shows how far it is, its figures by second, and its metrics', async () => {
    const waiting = await bed.request(`/v1/runs/${runId}/load`);
    expect(waiting).toMatchObject({
      status: 200,
      body: { phase: 'waiting', workers: { ready: 0, expected: 1 } },
    });
    const nothing = await bed.request(`/v1/runs/${runId}/load/metrics`);
    expect(nothing).toMatchObject({ status: 200, text: '' });

    await lease();
    await record();
    await lease({ recordedUntil: 1 });
    await bed.services.loads.observe(runId);
    const { body } = await bed.request(`/v1/runs/${runId}/load`);
    expect(body).toMatchObject({
      phase: 'running',
      report: { endedBy: 'running', stages: [{ sent: 1 }, {}] },
    });
    const series = await bed.request(`/v1/runs/${runId}/load/series?from=0`);
    expect(series.body).toMatchObject({
      rows: [{ second: 0, sent: 1, latencyP50: expect.closeTo(12, 1) }],
      next: 0,
    });
    const metrics = await bed.request(`/v1/runs/${runId}/load/metrics`);
    expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
    expect(metrics.text).toMatch(/^arena_load_conversations_sent_total 1$/m);
  });

  it('is changed and stopped, which is written down', async () => {
    expect((await control({ action: 'pause' })).status).toBe(409);
    await lease();
    const paused = await control({ action: 'pause' });
    expect(paused).toMatchObject({
      status: 200,
      body: { phase: 'paused', controls: [{ action: 'pause' }] },
    });
    expect(bed.audit).toHaveBeenLastCalledWith(
      'load-control',
      { runId, action: 'pause' },
      'success',
    );
    expect((await control({ action: 'pause' })).status).toBe(400);
    expect((await control({ action: 'stop' })).body.phase).toBe('stopping');
  });

  it.each([
    [{}, /action/],
    [{ action: 'faster' }, /action/],
    [{ action: 'rate' }, /target/],
    [{ action: 'rate', target: -1 }, /target/],
  ])('refuses %j', async (body, message) => {
    const { status, text } = await control(body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(text).toMatch(message);
  });

  it('needs permissions, and a run that is a load test', async () => {
    const evaluation = await createRun(bed, { jobUid: 'other' });
    for (const path of ['', '/series', '/metrics']) {
      const answer = await bed.request(`/v1/runs/${evaluation}/load${path}`);
      expect(answer.status).toBe(404);
    }
    bed.decisions.set('arena.job.update', AuthorizeResult.DENY);
    expect((await control({ action: 'stop' })).status).toBe(403);
    bed.decisions.set('arena.job.read', AuthorizeResult.DENY);
    for (const path of ['', '/series', '/metrics']) {
      const answer = await bed.request(`/v1/runs/${runId}/load${path}`);
      expect(answer.status).toBe(403);
    }
  });
});
