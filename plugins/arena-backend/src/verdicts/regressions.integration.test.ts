import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  finished,
  startPortal,
  TestPortal,
} from '../__testUtils__/startPortal';
import { resolveWorkerBin } from '../launcher/workerBin';

jest.setTimeout(180_000);

const apiVersion = 'omnia.altairalabs.ai/v1alpha1';
const SCENARIOS = Array.from({ length: 12 }, (_, n) => `case-${n}`);

/** A bundle of which the model gives the wrong answer to some scenarios. */
function writeBundle(folder: string, broken: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: object) =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  write('config.arena.yaml', {
    apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
    kind: 'Arena',
    metadata: { name: 'support' },
    spec: {
      providers: [],
      defaults: {},
      prompt_specs: {
        chat: {
          task_type: 'chat',
          version: 'v1',
          description: 'Chat',
          system_template: 'You help.',
        },
      },
      provider_specs: {
        model: {
          type: 'mock',
          additional_config: { mock_config: 'mock.yaml' },
        },
      },
      scenario_specs: Object.fromEntries(
        SCENARIOS.map(id => [
          id,
          {
            task_type: 'chat',
            description: id,
            turns: [
              {
                role: 'user',
                content: 'Which one?',
                assertions: [
                  { type: 'contains', params: { patterns: ['right'] } },
                ],
              },
            ],
          },
        ]),
      ),
    },
  });
  write('mock.yaml', {
    scenarios: Object.fromEntries(
      SCENARIOS.map(id => [
        id,
        { turns: { 1: broken.includes(id) ? 'wrong' : 'right' } },
      ]),
    ),
  });
}

describe('a schedule with a baseline, in a portal', () => {
  let folder: string;
  let portal: TestPortal;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-regressions-'));
    writeBundle(join(folder, 'bundles/support'), []);
    portal = await startPortal(folder, {
      workspaceRoot: join(folder, 'bundles'),
    });
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the command line against the portal. */
  function arena(...args: string[]) {
    const url = portal.base.replace(/\/api\/arena\/v1$/, '');
    return new Promise<{ code: unknown; stdout: string }>(done => {
      execFile(
        process.execPath,
        [resolveWorkerBin(), ...args, '--url', url],
        { env: { ...process.env, ARENA_CONFIG: join(folder, 'login.json') } },
        (error, stdout) => done({ code: error?.code ?? 0, stdout }),
      );
    });
  }

  /** Runs the job of the schedule once. */
  async function runOnce() {
    const { objects, call, waitFor } = portal;
    const child = await call('POST', `${objects}/arenajobs/nightly/trigger`);
    return waitFor('arenajobs', child.metadata.name, finished);
  }

  async function change(broken: readonly string[]) {
    const { objects, call, waitFor } = portal;
    const { status } = await call('GET', `${objects}/arenasources/support`);
    writeBundle(join(folder, 'bundles/support'), broken);
    await call('POST', `${objects}/arenasources/support/sync`);
    await waitFor(
      'arenasources',
      'support',
      source => source.status.artifact.digest !== status.artifact.digest,
    );
  }

  it('passes its first run and one of the same, and fails with the cells that broke', async () => {
    const { base, objects, call, waitFor } = portal;
    await call('POST', `${objects}/arenasources`, {
      apiVersion,
      kind: 'ArenaSource',
      metadata: { name: 'support', namespace: 'default' },
      spec: { type: 'workspace', workspace: { path: 'support' } },
    });
    await call('POST', `${objects}/arenajobs`, {
      apiVersion,
      kind: 'ArenaJob',
      metadata: { name: 'nightly', namespace: 'default' },
      spec: {
        sourceRef: { name: 'support' },
        schedule: { cron: '0 3 1 1 *' },
        evaluation: { gate: { minPassRate: 0, baseline: { previous: true } } },
        trials: 2,
      },
    });
    await waitFor(
      'arenajobs',
      'nightly',
      job => job.status?.nextScheduleTime !== undefined,
    );
    await waitFor('arenasources', 'support', source =>
      Boolean(source.status?.artifact),
    );
    const compared = (job: any) =>
      job.status.conditions.find((c: any) => c.type === 'BaselineCompared');

    const first = await runOnce();
    expect(first.status.phase).toBe('Succeeded');
    expect(compared(first)).toMatchObject({
      status: 'False',
      reason: 'NoBaseline',
    });

    const same = await runOnce();
    expect(same.status.phase).toBe('Succeeded');
    expect(compared(same)).toMatchObject({
      status: 'True',
      reason: 'NoRegression',
    });
    expect(same.status.result.summary).toMatchObject({
      baselineRun: first.status.run.id,
      passRateChange: '0.0',
    });

    await change(SCENARIOS.slice(0, 6));
    const worse = await runOnce();
    expect(worse.status.phase).toBe('Failed');
    const progressing = worse.status.conditions.find(
      (c: any) => c.type === 'Progressing',
    );
    expect(progressing.reason).toBe('Regression');
    expect(progressing.message).toContain('case-0 on model (2/2 to 0/2)');
    expect(progressing.message).toContain('-50.0 points');
    const gate = await call('GET', `${base}/runs/${worse.status.run.id}/gate`);
    expect(gate).toMatchObject({
      verdict: 'Regression',
      baseline: { id: same.status.run.id },
      comparison: { changes: { worse: 6, unchanged: 6 } },
    });
    expect(gate.changedInputs).toContain('source');
    expect(
      await call('GET', `${base}/runs/${worse.status.run.id}/comparison`),
    ).toMatchObject({ comparison: { regressed: true, pValue: 2 ** -6 } });

    const compare = await arena(
      'compare',
      first.status.run.id,
      worse.metadata.name,
    );
    expect(compare.code).toBe(1);
    expect(compare.stdout).toMatch(
      /^Regression\nCompared: {2}12 cells of 12 scenarios;.*\nPassed: {4}100\.0 % before, 50\.0 % now/,
    );

    // What was judged a regression is no baseline; when its job is gone, its results are still there.
    await call('DELETE', `${objects}/arenajobs/${same.metadata.name}`);
    const again = await runOnce();
    expect(again.status.phase).toBe('Failed');
    expect(again.status.result.summary).toMatchObject({
      baselineVerdict: 'Regression',
      baselineRun: same.status.run.id,
    });

    const { points } = await call('GET', `${objects}/arenajobs/nightly/trend`);
    expect(
      points.map(({ reason, passRate, changedInputs }: any) => [
        reason,
        passRate,
        changedInputs.includes('source'),
      ]),
    ).toEqual([
      ['Regression', 0.5, false],
      ['Regression', 0.5, true],
      ['JobSucceeded', 1, false],
      ['JobSucceeded', 1, false],
    ]);
    // The parent shows the latest one.
    const parent = await waitFor(
      'arenajobs',
      'nightly',
      job => job.status.run?.id === again.status.run.id,
    );
    expect(parent.status.result.summary.baselineVerdict).toBe('Regression');
  });

  it('fails without a start when its baseline is not there, and refuses two', async () => {
    const { objects, call, waitFor } = portal;
    const job = (name: string, baseline: object) => ({
      apiVersion,
      kind: 'ArenaJob',
      metadata: { name, namespace: 'default' },
      spec: {
        sourceRef: { name: 'support' },
        evaluation: { gate: { baseline } },
      },
    });
    await call(
      'POST',
      `${objects}/arenajobs`,
      job('pinned', { runId: 'no-such-run' }),
    );
    const failed = await waitFor('arenajobs', 'pinned', finished);
    expect(failed.status).toMatchObject({ phase: 'Failed' });
    expect(failed.status.run).toBeUndefined();
    expect(
      failed.status.conditions.find((c: any) => c.type === 'Progressing')
        .reason,
    ).toBe('BaselineGone');
    await expect(
      call(
        'POST',
        `${objects}/arenajobs`,
        job('two', { runId: 'a', branch: 'main' }),
      ),
    ).rejects.toThrow(
      'exactly one of previous, jobRef, branch or runId must be set',
    );
  });
});
