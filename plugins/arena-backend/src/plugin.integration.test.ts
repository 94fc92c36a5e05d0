import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  finished,
  startPortal,
  TestPortal,
  workerPids,
} from './__testUtils__/startPortal';
import {
  childrenOf,
  isAlive,
  waitFor,
} from './launcher/__testUtils__/processes';

jest.setTimeout(180_000);

const conditionsOf = (job: any) =>
  Object.fromEntries(
    job.status.conditions.map((c: any) => [c.type, `${c.status}/${c.reason}`]),
  );

it('has a plan process and a worker ready before the first job, and ends them when it stops', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'arena-plugin-'));
  const before = childrenOf(process.pid);
  const started = () =>
    childrenOf(process.pid).filter(pid => !before.includes(pid));
  const portal = await startPortal(folder);
  try {
    // The one that looks is a child for a moment, too.
    await waitFor(() => started().filter(isAlive).length === 2);
    expect(workerPids()).toHaveLength(1);
  } finally {
    await portal.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  expect(started().filter(isAlive)).toEqual([]);
});

describe('the arena backend with the examples', () => {
  let folder: string;
  let portal: TestPortal;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-plugin-'));
    // Every worker that is there belongs to a run.
    portal = await startPortal(folder, { arena: { workers: { spare: 0 } } });
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs an example to its end', async () => {
    await portal.apply('examples/jobs/support-agent.yaml');
    const job = await portal.waitFor('arenajobs', 'support-agent', finished);
    expect(conditionsOf(job)).toEqual({
      ConfigValid: 'True/ConfigValid',
      JobCreated: 'True/JobCreated',
      Progressing: 'False/JobSucceeded',
      Ready: 'True/Succeeded',
      ReportsWritten: 'True/ReportsWritten',
    });
    const { total, completed, failed, pending } = job.status.progress;
    expect(total).toBeGreaterThan(8);
    expect({ completed, failed, pending }).toEqual({
      completed: total,
      failed: 0,
      pending: 0,
    });
    expect(job.status.result.summary).toMatchObject({
      passRate: '100.0',
      totalItems: String(total),
      failedItems: '0',
    });
    expect(job.status.result.url).toBe(
      `http://portal.example.com/arena/runs/${job.status.run.id}`,
    );

    const run = await portal.call(
      'GET',
      `${portal.base}/runs/${job.status.run.id}`,
    );
    expect(run).toMatchObject({ state: 'Closed', outcome: 'Completed' });
    expect(run.reports.map((r: any) => r.name)).toEqual(
      expect.arrayContaining(['results.json', 'results.csv']),
    );
    const events = JSON.stringify(
      await portal.call(
        'GET',
        `${portal.objects}/arenajobs/support-agent/events`,
      ),
    );
    expect(events).toContain('JobCreated');
    expect(events).toContain('JobSucceeded');

    await portal.waitFor(
      'arenajobs',
      'support-agent',
      current => !current.metadata.finalizers?.length,
    );
    expect(workerPids()).toEqual([]);
  });

  it('fails and passes a comparison by its gate, through an ArenaConfig', async () => {
    await portal.apply('examples/jobs/model-comparison.yaml');
    const failed = await portal.waitFor(
      'arenajobs',
      'model-comparison',
      finished,
    );
    expect(failed.status.phase).toBe('Failed');
    expect(conditionsOf(failed)).toMatchObject({
      Progressing: 'False/TestsFailed',
      Ready: 'False/Failed',
    });
    expect(failed.status.progress).toEqual({
      total: 18,
      completed: 11,
      failed: 7,
      pending: 0,
    });
    const gated = await portal.waitFor(
      'arenajobs',
      'model-comparison-gated',
      finished,
    );
    expect(gated.status.phase).toBe('Succeeded');
    expect(gated.status.progress.total).toBe(90);
    expect(gated.status.result.summary['threshold:latency_p95']).toMatch(
      /< 10s PASS$/,
    );

    const config = await portal.waitFor(
      'arenaconfigs',
      'model-shortlist',
      object => object.status?.phase === 'Ready',
    );
    expect(config.status.resolvedSource.scenarioCount).toBe(6);
  });

  it('filters scenarios, and writes reports to a folder of the claim', async () => {
    await portal.apply('examples/jobs/guardrail-suite.yaml');
    const suite = await portal.waitFor(
      'arenajobs',
      'guardrail-suite',
      finished,
    );
    expect(suite.status.phase).toBe('Succeeded');
    const written = readdirSync(
      join(
        folder,
        'data/outputs/default/guardrail-reports/nightly/default/guardrail-suite',
        suite.status.run.id,
      ),
    );
    expect(written).toEqual(
      expect.arrayContaining(['results.json', 'manifest.json']),
    );
    const attacks = await portal.waitFor(
      'arenajobs',
      'guardrail-attacks',
      finished,
    );
    expect(attacks.status.phase).toBe('Succeeded');
    expect(attacks.status.progress.total).toBe(3);
  });
});
