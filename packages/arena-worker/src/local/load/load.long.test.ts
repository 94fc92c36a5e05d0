import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadReportSchema } from '@backstage-arena/plugin-arena-common/load';
import { runArena, spawnArena } from '../../__testUtils__/spawnArena';

const FIXTURE = resolve(__dirname, '../../__fixtures__/bundles/greeter');

jest.setTimeout(60_000);

describe('arena run of a load test', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'arena-load-'));
    cpSync(FIXTURE, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (loadTest: object) =>
    writeFileSync(
      join(folder, 'job.yaml'),
      JSON.stringify({
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: { name: 'load' },
        spec: { sourceRef: { name: 'greeter' }, type: 'loadtest', loadTest },
      }),
    );
  const read = (file: string) =>
    readFileSync(join(folder, 'out', file), 'utf8');

  it('sends the schedule, and writes report and series', async () => {
    write({ duration: '2s', rampUp: '1s', targetRPS: 40 });
    const exit = await runArena(['run', '-f', 'job.yaml'], { cwd: folder });
    expect(exit.stdout).toMatch(/Sending 60 requests in 2 s, at most 40\/s/);
    expect(exit.stdout).toMatch(/^ {3}2 s {2}sent \d+\/40 {2}done/m);
    expect(exit.stdout).toMatch(/Sent 60 of 60 .*, 60 succeeded/);
    expect(exit.stdout).toMatch(/^Audit: (valid|suspect|invalid)/m);
    const report = loadReportSchema.parse(JSON.parse(read('loadtest.json')));
    expect(report.totals).toMatchObject({ sent: 60, graded: 60, passed: 60 });
    // On a crowded machine, the audit may find that it was late.
    expect(exit.code).toBe(report.audit.verdict === 'invalid' ? 1 : 0);
    expect(Object.keys(report.scenarios).sort()).toEqual([
      'greets',
      'says-bye',
    ]);
    const lines = read('loadtest-series.jsonl').trim().split('\n');
    const [header, ...rows] = read('loadtest-series.csv').trim().split('\n');
    const column = header.split(',').indexOf('sent');
    expect(rows).toHaveLength(lines.length);
    const sent = rows.reduce(
      (sum, row) => sum + Number(row.split(',')[column]),
      0,
    );
    expect(sent).toBe(60);
    expect(read('loadtest.prom')).toContain(
      '\narena_load_conversations_sent_total 60\n',
    );
    const page = read('loadtest.html');
    expect(page).toContain('<title>Load test: job.yaml</title>');
    expect(page.match(/<figure/g)?.length).toBeGreaterThan(4);
    const written = exit.stdout.match(/(?<=^Written: .*)loadtest[^/\n]*$/gm);
    expect(written?.sort()).toEqual(readdirSync(join(folder, 'out')).sort());
    expect(written).toHaveLength(5);
  });

  it('refuses options that it would ignore', async () => {
    write({ duration: '1s', rampUp: '0s', targetRPS: 1 });
    const exit = await runArena(
      ['run', '-f', 'job.yaml', '--junit-file', 'junit.xml'],
      { cwd: folder },
    );
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(
      /--junit-file: 'junit.xml' has no effect on a load test, leave it out/,
    );
  });

  it('fails with its thresholds', async () => {
    write({
      duration: '1s',
      rampUp: '0s',
      targetRPS: 20,
      thresholds: [
        { metric: 'pass_rate', operator: '>=', value: '1' },
        { metric: 'ttft_p99', operator: '<', value: '10s' },
      ],
    });
    const exit = await runArena(['run', '-f', 'job.yaml', '--output', 'json'], {
      cwd: folder,
    });
    expect(exit.code).toBe(1);
    const report = JSON.parse(exit.stdout);
    expect(report.passed).toBe(false);
    expect(report.thresholds).toMatchObject([
      { metric: 'pass_rate', passed: true },
      { metric: 'ttft_p99', passed: false, text: 'no-data < 10s FAIL' },
    ]);
  });

  it('stops on Ctrl-C, and reports what there is', async () => {
    write({ duration: '10m', rampUp: '0s', targetRPS: 20 });
    const { child, exited } = spawnArena(['run', '-f', 'job.yaml'], {
      cwd: folder,
    });
    await new Promise<void>(done => {
      child.stdout!.on('data', chunk => {
        if (/ 2 s {2}sent/.test(String(chunk))) done();
      });
    });
    child.kill('SIGINT');
    expect(await exited).toMatchObject({ code: 130 });
    const report = loadReportSchema.parse(JSON.parse(read('loadtest.json')));
    expect(report.endedBy).toBe('stopped');
    expect(report.totals.sent).toBeGreaterThan(20);
    expect(read('loadtest.html')).toContain(
      'The test was stopped before its end.',
    );
    expect(read('loadtest.prom')).toContain('\narena_load_passed 0\n');
  });

  it('refuses a budget that nobody could keep', async () => {
    const file = join(folder, 'providers/scripted.provider.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/^ {2}type: .*$/m, '  type: openai'),
    );
    write({ duration: '1s', targetRPS: 1, budgetLimit: '1.00' });
    const exit = await runArena(['run', '-f', 'job.yaml'], { cwd: folder });
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(
      /Provider "scripted" cannot be used within a budget: it has no prices; set pricing/,
    );
  });
});
