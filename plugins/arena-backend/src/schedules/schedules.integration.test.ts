import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPortal, TestPortal } from '../__testUtils__/startPortal';

jest.setTimeout(120_000);

describe('a job with a schedule, in a portal', () => {
  let folder: string;
  let portal: TestPortal;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-schedules-'));
    portal = await startPortal(folder);
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is started by its children alone, shows the latest one, and keeps its results when that is gone', async () => {
    const { objects, call, waitFor } = portal;
    const apiVersion = 'omnia.altairalabs.ai/v1alpha1';
    await call('POST', `${objects}/arenasources`, {
      apiVersion,
      kind: 'ArenaSource',
      metadata: { name: 'suite', namespace: 'default' },
      spec: { type: 'workspace', workspace: { path: 'guardrail-suite' } },
    });
    await call('POST', `${objects}/arenajobs`, {
      apiVersion,
      kind: 'ArenaJob',
      metadata: { name: 'nightly', namespace: 'default' },
      spec: {
        sourceRef: { name: 'suite' },
        schedule: { cron: '0 2 * * *', timezone: 'America/New_York' },
        ttlSecondsAfterFinished: 1,
      },
    });
    const waiting = await waitFor(
      'arenajobs',
      'nightly',
      ({ status }) => status?.nextScheduleTime !== undefined,
    );
    expect(waiting.status).toMatchObject({
      phase: 'Pending',
      nextScheduleTime: expect.stringMatching(/T0[67]:00:00Z$/),
    });
    expect(waiting.status.run).toBeUndefined();

    const child = await call('POST', `${objects}/arenajobs/nightly/trigger`);
    const done = await waitFor('arenajobs', 'nightly', ({ status }) =>
      ['Succeeded', 'Failed'].includes(status.phase),
    );
    expect(done.status.run.id).toBe(`${child.metadata.uid}-1`);
    expect(done.status.progress.total).toBeGreaterThan(0);
    await waitForList(portal, list => !list.includes(child.metadata.name));
    const after = await call('GET', `${objects}/arenajobs/nightly`);
    expect(after.status.phase).toBe(done.status.phase);
    const run = await call('GET', `${portal.base}/runs/${after.status.run.id}`);
    expect(run.counters.total).toBe(done.status.progress.total);
  });
});

async function waitForList(
  { objects, call }: TestPortal,
  condition: (names: string[]) => boolean,
): Promise<void> {
  for (let n = 0; n < 300; n += 1) {
    const { items } = await call('GET', `${objects}/arenajobs`);
    const names = items.map(
      ({ metadata }: { metadata: { name: string } }) => metadata.name,
    );
    if (condition(names)) return;
    await new Promise(done => setTimeout(done, 100));
  }
  throw new Error('The list of jobs does not become what it should');
}
