import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ModelServer } from '../__testUtils__/ModelServer';
import { runArena, spawnArena } from '../__testUtils__/spawnArena';

const FIXTURE = resolve(__dirname, '../__fixtures__/bundles/greeter');

jest.setTimeout(60_000);

describe('arena run', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'arena-run-test-'));
    cpSync(FIXTURE, join(folder, 'greeter'), { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const arena = (args: string[], env: Record<string, string> = {}) =>
    runArena(args, { cwd: folder, env });

  const results = (out = 'out') =>
    JSON.parse(readFileSync(join(folder, out, 'results.json'), 'utf8'));

  function breakScenario() {
    const file = join(folder, 'greeter/scenarios/greets.scenario.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('[welcome]', '[unheard of]'),
    );
  }

  it('writes every item and the totals', async () => {
    const exit = await arena(['run', '-c', 'greeter', '--trials', '2', '--ci']);
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    const { summary, items } = results();
    expect(summary).toMatchObject({ total: 4, passed: 4, passRate: 1 });
    expect(items).toHaveLength(4);
    expect(items[1]).toMatchObject({
      scenario: 'greets',
      provider: 'scripted',
      region: 'default',
      variant: 0,
      trial: 1,
      status: 'passed',
    });
    const transcripts = readFileSync(
      join(folder, 'out/transcripts.jsonl'),
      'utf8',
    );
    expect(transcripts.trim().split('\n')).toHaveLength(4);
    expect(JSON.parse(transcripts.split('\n')[0])).toMatchObject({
      version: 1,
      scenario: 'greets',
    });
  });

  it('makes its folder when it has something to write', async () => {
    writeFileSync(join(folder, 'note'), 'mine');
    for (const [out, message] of [
      ['note', "error: --out: 'note' is a file: name a folder\n"],
      ['note/below', /^error: --out: '.*note\/below' cannot be made: ENOTDIR/],
    ]) {
      const exit = await arena(['run', '-c', 'greeter', '-o', String(out)]);
      expect(exit.code).toBe(1);
      expect(exit.stderr).toMatch(message);
      expect(exit.stderr).not.toContain('    at ');
    }
    const exit = await arena(['run', '-c', 'greeter', '--scenario', 'nope']);
    expect(exit.code).toBe(1);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('takes the arena file and paths of the caller, also through npm', async () => {
    const exit = await runArena(
      [
        ...['run', '-c', 'greeter/config.arena.yaml', '-o', 'there'],
        ...['--format', 'csv,junit', '--format', 'json'],
      ],
      { cwd: tmpdir(), env: { INIT_CWD: folder } },
    );
    expect(exit.code).toBe(0);
    expect(results('there').summary.total).toBe(2);
    const there = join(folder, 'there');
    expect(readFileSync(join(there, 'results.csv'), 'utf8')).toMatch(/^index,/);
    expect(readFileSync(join(there, 'junit.xml'), 'utf8')).toMatch(/^<\?xml/);
  });

  it('selects scenarios and regions', async () => {
    const exit = await arena([
      ...['run', '-c', 'greeter', '--scenario', 'says-bye'],
      ...['--region', 'north,south', '--output', 'json'],
    ]);
    expect(JSON.parse(exit.stdout)).toMatchObject({
      passed: true,
      summary: { total: 2 },
    });
    expect(
      results().items.map((item: { scenario: string; region: string }) => [
        item.scenario,
        item.region,
      ]),
    ).toEqual([
      ['says-bye', 'north'],
      ['says-bye', 'south'],
    ]);
  });

  it('gives a provider the specification of another, and reports their own places', async () => {
    const provider = (name: string, spec: string) => {
      writeFileSync(
        join(folder, `greeter/providers/${name}.yaml`),
        `apiVersion: v1\nkind: Provider\nmetadata: {name: ${name}}\nspec: ${spec}\n`,
      );
    };
    provider('silent', '{type: mock}');
    const file = join(folder, 'greeter/config.arena.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(
        /providers:\n/,
        'providers:\n    - file: providers/silent.yaml\n      group: spare\n',
      ),
    );
    const run = (...args: string[]) =>
      arena(['run', '-c', 'greeter', '--ci', ...args]);
    expect((await run()).code).toBe(0);
    const overridden = await run(
      ...['--override-provider', 'scripted=silent'],
      ...['--junit-file', 'ci/tests.xml', '--simple'],
    );
    expect(overridden.code).toBe(1);
    expect(results().items[0].provider).toBe('scripted');
    expect(readFileSync(join(folder, 'ci/tests.xml'), 'utf8')).toMatch(
      /^<\?xml/,
    );
    const unknown = await run('--override-provider', 'scripted=silnt');
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'Provider "silnt" does not exist. Did you mean "silent"?',
      ),
    });
  });

  it('exits with 1 for failures only under --ci', async () => {
    breakScenario();
    const relaxed = await arena(['run', '-c', 'greeter']);
    expect(relaxed.code).toBe(0);
    expect(relaxed.stdout).toContain('failed greets / scripted');
    expect((await arena(['run', '-c', 'greeter', '--ci'])).code).toBe(1);
  });

  it.each<[string, string[], string]>([
    [
      'an unknown scenario',
      ['run', '-c', 'greeter', '--scenario', 'greets,gost'],
      'error: Scenario "gost" does not exist. The bundle has greets, says-bye\n',
    ],
    [
      'an unknown flag',
      ['run', '--concurency', '3'],
      "error: unknown option '--concurency'\n(Did you mean --concurrency?)\n",
    ],
    [
      'a wrong number',
      ['run', '-c', 'greeter', '-j', 'many'],
      "error: -j: 'many' is not allowed: give a whole number from 1 to 999999\n",
    ],
    [
      'a wrong format',
      ['run', '-c', 'greeter', '--format', 'xml'],
      "error: --format: 'xml' is not known: allowed are json, jsonl, junit, csv, markdown, html\n",
    ],
    [
      'a missing folder',
      ['run', '-c', 'nowhere'],
      "error: 'nowhere' cannot be read: ENOENT: no such file or directory, stat 'FOLDER/nowhere'\n",
    ],
    [
      'a folder without a bundle',
      ['run', '-c', '.'],
      'error: The bundle cannot be used: 1 fault\n  config.arena.yaml: File "config.arena.yaml" does not exist in the bundle\n',
    ],
  ])(
    'refuses %s with status 1 and one clear message',
    async (_, args, message) => {
      const exit = await arena(args);
      expect(exit.stderr.replaceAll(folder, 'FOLDER')).toBe(message);
      expect(exit).toMatchObject({ code: 1, stdout: '' });
    },
  );

  it('names every fault of a bundle at its place', async () => {
    writeFileSync(
      join(folder, 'greeter/prompts/chat.yaml'),
      'kind: PromptConfig\nspec:\n  task_typ: chat\n',
    );
    const exit = await arena(['run', '-c', 'greeter']);
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain('error: The bundle cannot be used:');
    expect(exit.stderr).toMatch(
      /^ {2}prompts\/chat\.yaml:3:3: .*Did you mean 'task_type'\?$/m,
    );
  });

  it('stops on Ctrl-C with the results so far', async () => {
    const model = await ModelServer.start({ delayMs: () => 50 });
    try {
      writeFileSync(
        join(folder, 'greeter/providers/scripted.provider.yaml'),
        [
          'apiVersion: promptkit.altairalabs.ai/v1alpha1',
          'kind: Provider',
          'metadata:',
          '  name: model',
          'spec:',
          '  type: openai',
          '  model: m',
          `  base_url: ${model.url}`,
        ].join('\n'),
      );
      const running = spawnArena(
        ['run', '-c', 'greeter', '--trials', '500', '-j', '2'],
        { cwd: folder, env: { OPENAI_API_KEY: 'key' } },
      );
      while (model.calls < 10) await new Promise(done => setTimeout(done, 10));
      running.child.kill('SIGINT');
      const exit = await running.exited;
      expect(exit.code).toBe(130);
      expect(exit.stdout).toContain('Interrupted:');
      const { items, summary } = results();
      expect(summary.total).toBe(items.length);
      expect(items.length).toBeGreaterThanOrEqual(8);
      expect(items.length).toBeLessThan(1_000);
      expect(model.calls).toBeLessThanOrEqual(items.length + 2);
    } finally {
      await model.stop();
    }
  });

  describe('-f', () => {
    const job = (spec: string) =>
      writeFileSync(
        join(folder, 'job.yaml'),
        `apiVersion: omnia.altairalabs.ai/v1alpha1\nkind: ArenaJob\nmetadata:\n  name: mine\nspec:\n  sourceRef:\n    name: greeter\n${spec}`,
      );
    const runJob = (...more: string[]) =>
      arena(['run', '-f', 'job.yaml', '-c', 'greeter', ...more]);

    it('runs an ArenaJob with its filter, trials and formats', async () => {
      job(
        '  trials: 3\n  scenarios:\n    include: ["gre*"]\n  evaluation:\n    outputFormats: [csv]\n',
      );
      expect((await runJob('--ci')).code).toBe(0);
      expect(results().summary.total).toBe(3);
      expect(
        readFileSync(join(folder, 'out/results.csv'), 'utf8')
          .trim()
          .split('\n'),
      ).toHaveLength(4);
    });

    it('lets the gate of the job decide', async () => {
      breakScenario();
      job('  evaluation:\n    gate:\n      minPassRate: 50\n');
      expect((await runJob('--ci')).code).toBe(0);
      job('  evaluation:\n    gate:\n      minPassRate: 51\n');
      expect((await runJob('--ci')).code).toBe(1);
    });

    it('refuses what admission refuses, at its line', async () => {
      job('  trials: 0\n  workers:\n    replicas: none\n');
      const exit = await runJob();
      expect(exit.code).toBe(1);
      expect(exit.stderr).toMatchInlineSnapshot(`
        "error: 'job.yaml' is not valid
          job.yaml:8:3: spec.trials: Invalid value: 0: must be greater than or equal to 1
          job.yaml:10:5: spec.workers.replicas: Invalid value: "none": must be of type integer, not string
        "
      `);
    });

    it('says which Provider is missing, and does without it when mocked', async () => {
      job('  providers:\n    default:\n      - providerRef: {name: gpt}\n');
      const exit = await runJob();
      expect(exit).toMatchObject({
        code: 1,
        stderr:
          "error: spec.providers[default][0].providerRef: the Provider 'gpt' is not in 'job.yaml': add its document there, or use --mock-provider\n",
      });
      const mocked = await runJob(
        ...['--mock-provider', '--mock-config', 'greeter/mock-responses.yaml'],
      );
      expect(mocked.code).toBe(0);
      expect(results().items[0]).toMatchObject({ provider: 'gpt' });
    });
  });
});

describe('arena validate', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'arena-validate-test-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('accepts bundles and objects', async () => {
    cpSync(FIXTURE, join(folder, 'bundles/greeter'), { recursive: true });
    writeFileSync(
      join(folder, 'source.yaml'),
      'apiVersion: omnia.altairalabs.ai/v1alpha1\nkind: ArenaSource\nmetadata: {name: a}\nspec:\n  type: workspace\n  workspace: {path: greeter}\n',
    );
    expect(await runArena(['validate', '.'], { cwd: folder })).toEqual({
      code: 0,
      signal: null,
      stdout: '1 bundle and 1 object valid\n',
      stderr: '',
    });
  });

  it('names all faults of objects, with their places', async () => {
    writeFileSync(
      join(folder, 'objects.yaml'),
      'apiVersion: omnia.altairalabs.ai/v1alpha1\nkind: ArenaJob\nmetadata:\n  name: Bad_Name\nspec:\n  sourceRef: {name: a}\n  evaluaton: {}\n---\nkind: ArenaJb\n',
    );
    const exit = await runArena(['validate', 'objects.yaml'], { cwd: folder });
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatchInlineSnapshot(`
      "objects.yaml:7:3: unknown field "spec.evaluaton", did you mean "spec.evaluation"?
      objects.yaml:4:3: metadata.name: Invalid value: "Bad_Name": must be a lower case RFC 1123 subdomain: letters, digits, '-' and '.', beginning and ending with a letter or digit
      objects.yaml:9:1: apiVersion: Required value: must be omnia.altairalabs.ai/v1alpha1 or arena.backstage.io/v1alpha1
      objects.yaml:9:1: kind: Unsupported value: "ArenaJb": supported values: "ArenaJob", "ArenaSource", "ArenaConfig", "Provider", "AgentRuntime", "ToolRegistry", "ArenaReferenceGrant"; did you mean "ArenaJob"?
      4 faults in 2 objects
      "
    `);
    const json = await runArena(
      ['validate', 'objects.yaml', '--output', 'json'],
      { cwd: folder },
    );
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      valid: false,
      objects: 2,
      findings: expect.arrayContaining([
        expect.objectContaining({ field: 'spec.evaluaton', line: 7 }),
      ]),
    });
  });

  it('warns of what a run would ignore, and fails on request', async () => {
    cpSync(FIXTURE, folder, { recursive: true });
    const file = join(folder, 'scenarios/greets.scenario.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}  mode: fast\n`);
    expect((await runArena(['run', '--ci'], { cwd: folder })).code).toBe(0);
    expect(await runArena(['validate', '.'], { cwd: folder })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /scenarios\/greets.scenario.yaml:\d+:3: spec.mode: mode has no effect/,
      ),
    });
    const strict = await runArena(['validate', '.', '--strict'], {
      cwd: folder,
    });
    expect(strict.code).toBe(1);
  });
});
