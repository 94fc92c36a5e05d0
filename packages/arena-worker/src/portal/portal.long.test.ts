import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Run, RunItem } from '@backstage-arena/plugin-arena-common';
import { FakePortal } from '../__testUtils__/FakePortal';
import { runArena, spawnArena } from '../__testUtils__/spawnArena';

const RUN_ID = '6f1f7b3c-0000-4000-8000-000000000001-1';

jest.setTimeout(60_000);

const job = (name: string, more = '') =>
  `apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata:
  name: ${name}
spec:
  sourceRef:
    name: greeter
${more}`;

describe('arena against a portal', () => {
  let folder: string;
  let portal: FakePortal;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-portal-test-'));
    portal = await FakePortal.start();
  });

  afterEach(async () => {
    await portal.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const env = () => ({
    ARENA_URL: portal.url,
    ARENA_TOKEN: FakePortal.TOKEN,
    ARENA_CONFIG: join(folder, 'login.json'),
  });
  const arena = (args: string[], input?: string) =>
    runArena(args, { cwd: folder, env: env(), input });
  const apply = (yaml: string, ...more: string[]) =>
    arena(['apply', '-f', '-', ...more], yaml);

  async function until(condition: () => boolean) {
    const end = Date.now() + 20_000;
    while (!condition()) {
      if (Date.now() > end) throw new Error('It did not happen');
      await new Promise(done => setTimeout(done, 20));
    }
  }

  function addRun(counters: Partial<Run['counters']> = {}) {
    const run = {
      id: RUN_ID,
      state: 'Closed',
      outcome: 'Completed',
      counters: {
        total: 2,
        passed: 1,
        failed: 1,
        errored: 0,
        pending: 0,
        inputTokens: 10,
        outputTokens: 20,
        cost: 0.5,
        durationMs: 30,
        ...counters,
      },
      reports: [
        {
          name: 'results.json',
          contentType: 'application/json',
          size: 12,
          digest: 'x',
        },
      ],
    } as Partial<Run> as Run;
    portal.runs.set(RUN_ID, run);
    return run;
  }

  const item = (index: number, status: RunItem['status']) =>
    ({
      index,
      scenario: 'greets',
      provider: 'gpt',
      region: 'default',
      variant: 0,
      trial: index,
      status,
      durationMs: 12,
      finishedAt: `2026-01-01T00:00:0${index}.000Z`,
      message: status === 'failed' ? 'no welcome' : undefined,
    } as Partial<RunItem> as RunItem);

  describe('login', () => {
    const login = (...args: string[]) =>
      runArena(['login', portal.url, ...args], {
        env: { ARENA_CONFIG: join(folder, 'config/login.json') },
      });
    const withLogin = (args: string[]) =>
      runArena(args, {
        env: { ARENA_CONFIG: join(folder, 'config/login.json') },
      });

    it('remembers what works, for its owner alone', async () => {
      const exit = await login('--token', FakePortal.TOKEN, '-n', 'team');
      expect(exit).toMatchObject({ code: 0, stderr: '' });
      const file = join(folder, 'config/login.json');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, 'config')).mode & 0o777).toBe(0o700);
      await withLogin(['get', 'jobs']);
      expect(portal.requests).toContain(
        'GET /api/arena/v1/clusters/embedded/namespaces/team/arenajobs',
      );
    });

    it('does not remember what does not work', async () => {
      expect(await login('--token', 'wrong')).toMatchObject({
        code: 1,
        stderr:
          "error: The portal does not accept the token: Illegal token\n  Sign in with 'arena login', or give a token that is valid.\n",
      });
      expect((await login()).code).toBe(2);
      expect((await withLogin(['get', 'jobs'])).stderr).toContain(
        "The portal's address is missing",
      );
    });

    it('lets guests in, and asks again when their token runs out', async () => {
      const payload = { exp: Math.floor(Date.now() / 1000) + 30 };
      const expiring = `x.${Buffer.from(JSON.stringify(payload)).toString(
        'base64url',
      )}.x`;
      expect((await login('--guest')).code).toBe(0);
      const file = join(folder, 'config/login.json');
      const remembered = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ ...remembered, token: expiring }));
      expect((await withLogin(['get', 'jobs'])).code).toBe(0);
      expect(portal.guestLogins).toBe(2);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
        guest: true,
        token: FakePortal.TOKEN,
      });
    });

    it('does not send its token to another portal', async () => {
      await login('--token', FakePortal.TOKEN);
      const other = await FakePortal.start();
      try {
        const exit = await withLogin(['get', 'jobs', '--url', other.url]);
        expect(exit).toMatchObject({ code: 1 });
        expect(exit.stderr).toContain('does not accept the token');
      } finally {
        await other.stop();
      }
    });
  });

  it('applies, and says what changed', async () => {
    const both = `# two\n${job('a')}---\n${job('b')}`;
    expect((await apply(both)).stdout).toBe(
      'arenajob/a created\narenajob/b created\n',
    );
    expect((await apply(job('a'))).stdout).toBe('arenajob/a unchanged\n');
    expect((await apply(job('a', '  trials: 2\n'))).stdout).toBe(
      'arenajob/a configured\n',
    );
    expect(
      (await apply(job('a', '  trials: 3\n'), '--dry-run', 'server')).stdout,
    ).toBe('arenajob/a configured (server dry run)\n');
    expect(
      portal.objects.get('arenajobs/default/a')!.spec as { trials: number },
    ).toMatchObject({ trials: 2 });
  });

  it('applies the good ones and lists what is wrong with the others', async () => {
    const exit = await apply(
      `${job('a', '  trials: 0\n  evaluaton: {}\n')}---\nkind: Foo\n---\n${job(
        'b',
      )}`,
    );
    expect(exit).toMatchObject({ code: 1, stdout: 'arenajob/b created\n' });
    expect(exit.stderr).toMatchInlineSnapshot(`
      "error: -:1: ArenaJob "a" is invalid
        unknown field "spec.evaluaton", did you mean "spec.evaluation"?
        spec.trials: Invalid value: 0: must be greater than or equal to 1
      error: -:10: kind: Unsupported value: "Foo": supported values: "ArenaJob", "ArenaSource", "ArenaConfig", "Provider", "AgentRuntime", "ToolRegistry", "ArenaReferenceGrant"
      "
    `);
  });

  it('gets objects in every form', async () => {
    await apply(job('a'));
    portal.setStatus('arenajob', 'a', {
      phase: 'Running',
      progress: { completed: 3, total: 9 },
    });
    expect((await arena(['get', 'jobs'])).stdout).toMatch(
      /^NAME {3}SOURCE {4}TYPE {9}PHASE {5}PASSED {3}FAILED {3}TOTAL {3}AGE\na {6}greeter {3}evaluation {3}Running {3}3 {17}9 {7}\d+s\n$/,
    );
    expect((await arena(['get', 'aj', '-o', 'name'])).stdout).toBe(
      'arenajob/a\n',
    );
    expect(
      JSON.parse((await arena(['get', 'job/a', '-o', 'json'])).stdout),
    ).toMatchObject({ kind: 'ArenaJob', metadata: { name: 'a' } });
    expect((await arena(['get', 'job', 'a', '-o', 'yaml'])).stdout).toContain(
      'kind: ArenaJob\n',
    );
    expect(await arena(['get', 'job', 'b'])).toMatchObject({
      code: 1,
      stderr: 'error: arenajobs.omnia.altairalabs.ai "b" not found\n',
    });
    expect((await arena(['get', 'things'])).code).toBe(2);
  });

  it('describes an object with its conditions and events', async () => {
    await apply(job('a'));
    portal.setStatus('arenajob', 'a', {
      phase: 'Failed',
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'TestsFailed',
          message: '1 of 2 items passed',
          lastTransitionTime: new Date().toISOString(),
          observedGeneration: 1,
        },
      ],
    });
    const { stdout } = await arena(['describe', 'job/a']);
    expect(stdout).toMatch(/Ready +False +TestsFailed +\d+s +1 of 2 items/);
    expect(stdout).toContain('Events: none');
  });

  describe('wait', () => {
    const wait = (...args: string[]) => arena(['wait', 'job/a', ...args]);

    it('ends when the phase or the condition is there', async () => {
      await apply(job('a'));
      const waiting = spawnArena(['wait', 'job/a', '--for=phase=Succeeded'], {
        env: env(),
      });
      await until(() => portal.watchers === 1);
      portal.setStatus('arenajob', 'a', { phase: 'Running' });
      portal.setStatus('arenajob', 'a', {
        phase: 'Succeeded',
        conditions: [{ type: 'Ready', status: 'True' }],
      });
      expect(await waiting.exited).toMatchObject({
        code: 0,
        stdout: 'arenajob/a: phase=Succeeded\n',
      });
      expect((await wait('--for=condition=Ready')).code).toBe(0);
    });

    it('fails when that can no longer be', async () => {
      await apply(job('a'));
      portal.setStatus('arenajob', 'a', { phase: 'Failed' });
      expect(await wait('--for=phase=Succeeded')).toMatchObject({
        code: 1,
        stderr:
          'error: arenajob/a will not reach phase=Succeeded: its phase is Failed\n',
      });
      expect(await wait('--for=condition=Ready=True')).toMatchObject({
        code: 1,
        stderr:
          'error: arenajob/a will not reach condition=Ready=True: the job has ended without a condition Ready\n',
      });
    });

    it('fails when the time is over', async () => {
      await apply(job('a'));
      expect(await wait('--for=phase=Running', '--timeout=1s')).toMatchObject({
        code: 1,
        stderr: 'error: arenajob/a did not reach phase=Running in time\n',
      });
    });

    it('refuses what it does not understand', async () => {
      expect((await wait('--for=happiness')).code).toBe(2);
      expect((await wait('--for=phase=Failed', '--timeout=9')).code).toBe(2);
    });
  });

  it('follows a job to its end, each result once', async () => {
    await apply(job('a'));
    addRun();
    portal.items.push(item(0, 'passed'));
    portal.setStatus('arenajob', 'a', {
      phase: 'Running',
      run: { id: RUN_ID, attempt: 1 },
    });
    const following = spawnArena(['logs', '-f', 'a'], { env: env() });
    await until(() => portal.watchers === 1);
    portal.items.push(item(1, 'failed'));
    portal.setStatus('arenajob', 'a', { phase: 'Failed' });
    const { code, stdout } = await following.exited;
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines.slice(0, 2)).toEqual([
      '2026-01-01T00:00:00.000Z  passed   greets / gpt 12 ms',
      '2026-01-01T00:00:01.000Z  failed   greets / gpt (trial 1) 12 ms: no welcome',
    ]);
    expect(lines[2]).toMatch(/ end {6}a is Failed$/);
    expect(lines).toHaveLength(3);
  });

  it('fetches reports', async () => {
    await apply(job('a'));
    addRun();
    portal.reports.set('results.json', '{"items":[]}');
    expect((await arena(['results', 'a', '--format', 'json'])).stdout).toBe(
      '{"items":[]}',
    );
    await arena(['results', RUN_ID, '-o', 'mine.json']);
    expect(readFileSync(join(folder, 'mine.json'), 'utf8')).toBe(
      '{"items":[]}',
    );
    expect(await arena(['results', 'a', '--format', 'csv'])).toMatchObject({
      code: 1,
      stderr:
        'error: The run has no results.csv: it has results.json. Which ones are written is said by evaluation.outputFormats of the job\n',
    });
    const byName = await arena(['results', 'a', '--file', 'results.json']);
    expect(byName.stdout).toBe('{"items":[]}');
    const unknown = await arena(['results', 'a', '--file', 'data.jsonl']);
    expect(unknown.stderr).toMatch(/has no data.jsonl: it has results.json/);
    expect((await arena(['results', 'a'])).stdout).toContain(
      'Items:   2 in all: 1 passed, 1 failed, 0 errored, 0 pending',
    );
  });

  it('writes reports once more', async () => {
    await apply(job('a'));
    portal.runs.set(RUN_ID, { ...addRun(), finalizeError: 'no such bucket' });
    expect(await arena(['retry-reports', 'a'])).toMatchObject({
      code: 0,
      stdout: `The reports of run ${RUN_ID} are written: results.json\n`,
    });
    expect(portal.runs.get(RUN_ID)?.finalizeError).toBeUndefined();
  });

  it('cancels and deletes', async () => {
    await apply(job('a'));
    expect((await arena(['cancel', 'a'])).stdout).toBe(
      'arenajob/a cancelled\n',
    );
    expect((await arena(['delete', 'job/a', 'job/b'])).code).toBe(1);
    expect(portal.objects.size).toBe(0);
    expect((await arena(['delete', 'job/a', '--ignore-not-found'])).code).toBe(
      0,
    );
  });

  it('says when the portal is not there', async () => {
    const gone = portal.url;
    await portal.stop();
    const exit = await runArena(['get', 'jobs', '--url', gone]);
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(
      /^error: The portal cannot be reached: connect ECONNREFUSED .*\n$/,
    );
    portal = await FakePortal.start();
  });
});
