import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transcript } from '@backstage-arena/plugin-arena-common';
import { parse } from 'yaml';
import { runArena } from '../__testUtils__/spawnArena';
import { TalkingServer } from '../__testUtils__/TalkingServer';
import { LIVE_PROVIDERS, TEMPLATES } from '../commands/init';

jest.setTimeout(120_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'arena-authoring-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const arena = (...args: string[]) => runArena(args, { cwd: folder });

const read = (file: string) => readFileSync(join(folder, file), 'utf8');

function change(file: string, from: string, to: string) {
  const text = read(file);
  if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
  writeFileSync(join(folder, file), text.replace(from, to));
}

describe('arena init', () => {
  it.each(TEMPLATES)(
    'makes a bundle %s that is valid and passes at once',
    async template => {
      const made = await arena('init', 'mine', '--template', template);
      expect(made).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('mine/config.arena.yaml\n'),
      });
      expect(await arena('validate', 'mine', '--strict')).toMatchObject({
        code: 0,
        stdout: '1 bundle valid\n',
        stderr: '',
      });
      for (const strict of [[], ['--strict']]) {
        const run = await arena('run', '-c', 'mine', '--ci', ...strict);
        expect(run).toMatchObject({ code: 0, stderr: '' });
      }
      expect(JSON.parse(read('out/results.json')).summary).toMatchObject({
        total: 1,
        passed: 1,
      });
    },
  );

  it.each(LIVE_PROVIDERS)('also makes an arena file for %s', async provider => {
    await arena('init', 'mine', '--template', 'rag', '--provider', provider);
    const exit = await arena('validate', 'mine/live.arena.yaml', '--strict');
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    expect(
      parse(read(`mine/providers/${provider}.provider.yaml`)).spec.type,
    ).toBe(provider);
  });

  it('leaves folders alone that have something in them', async () => {
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine/notes.txt'), 'mine');
    expect(await arena('init', 'mine')).toMatchObject({
      code: 1,
      stderr:
        "error: 'mine' is not empty: name a new folder, or an empty one\n",
    });
    expect(readdirSync(join(folder, 'mine'))).toEqual(['notes.txt']);
    expect((await arena('init', '-bad')).code).not.toBe(0);
    expect(await arena('init', 'a', '--template', 'nothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('basic, tools, rag, agent, workflow'),
    });
  });
});

describe('arena prompt', () => {
  it('prints what the model is told', async () => {
    await arena('init', 'mine', '--template', 'basic');
    const exit = await arena(
      ...['prompt', '-c', 'mine', '--scenario', 'breakfast'],
      ...['--provider', 'scripted'],
    );
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    expect(exit.stdout).toContain(
      'Prompt assistant from prompts/assistant.prompt.yaml\nProvider scripted (mock, scripted) is one of those that it runs on\n',
    );
    expect(exit.stdout).toContain(
      'You answer the guests of the hotel Seaview.',
    );
    expect(exit.stdout).toContain('hotel = "Seaview"  (scenario)');
    expect(exit.stdout).toContain('max_length on output');
  });

  it('tells why a stock prompt is used, as JSON on request', async () => {
    await arena('init', 'mine', '--template', 'basic');
    const exit = await arena(
      ...['prompt', '-c', 'mine', '--task-type', 'assistant', '--json'],
    );
    expect(JSON.parse(exit.stdout)).toMatchObject({
      taskType: 'assistant',
      stockReason: 'the required variable "hotel" has no value',
      guardrails: [],
    });
  });

  it('needs a scenario or a task type that exists', async () => {
    await arena('init', 'mine');
    expect((await arena('prompt', '-c', 'mine')).code).toBe(2);
    expect(
      await arena('prompt', '-c', 'mine', '--scenario', 'brekfast'),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean "breakfast"?'),
    });
  });
});

describe('arena schema and arena explain', () => {
  it('lists kinds, prints one, and writes all', async () => {
    const kinds = (await arena('schema')).stdout.trim().split('\n');
    expect(kinds).toContain('Scenario');
    const { title } = JSON.parse((await arena('schema', 'scenario')).stdout);
    expect(title).toContain('Scenario');
    expect((await arena('schema', '--out', 'schemas')).code).toBe(0);
    expect(readdirSync(join(folder, 'schemas'))).toHaveLength(kinds.length);
    JSON.parse(read('schemas/promptconfig.schema.json'));
    expect((await arena('schema', 'Recipe')).code).toBe(2);
  });

  it('explains checks', async () => {
    const exit = await arena('explain', 'content_includes');
    expect(exit.code).toBe(0);
    expect(exit.stdout).toMatch(/^contains \(also content_includes\)\n/);
    expect(exit.stdout).toContain('patterns');
    expect(await arena('explain', 'contians')).toMatchObject({
      code: 1,
      stderr: 'error: There is no check "contians". Did you mean "contains"?\n',
    });
  });
});

describe('arena mocks generate', () => {
  let model: TalkingServer;

  beforeEach(async () => {
    model = await TalkingServer.start(messages => {
      const last = messages[messages.length - 1];
      if (last.role === 'tool') return { text: `It says ${last.content}` };
      return String(last.content).includes('order')
        ? {
            text: 'Let me look.',
            call: { name: 'lookup_order', arguments: { order_id: 'A-1001' } },
          }
        : { text: `You said: ${last.content}` };
    });
    await arena('init', 'mine', '--template', 'tools', '--provider', 'openai');
    change(
      'mine/providers/openai.provider.yaml',
      'model: gpt-4o-mini',
      `model: gpt-4o-mini\n  base_url: ${model.url}`,
    );
    change(
      'mine/scenarios/order-status.scenario.yaml',
      'conversation_assertions:',
      '  - role: user\n    content: And thank you!\n  - role: user\n    content: One more order?\nconversation_assertions:'
        .split('\n')
        .map((line, index) => (index === 0 ? line : `  ${line}`))
        .join('\n'),
    );
  });

  afterEach(() => model.stop());

  const run = (out: string, ...more: string[]) =>
    runArena(['run', '-c', 'mine/live.arena.yaml', '-o', out, ...more], {
      cwd: folder,
      env: { OPENAI_API_KEY: 'none' },
    });

  /** What was said and done, without what differs from run to run. */
  const conversations = (out: string) =>
    read(`${out}/transcripts.jsonl`)
      .trim()
      .split('\n')
      .map(line => {
        const { scenario, provider, messages }: Transcript = JSON.parse(line);
        return {
          scenario,
          provider,
          messages: messages.map(message => ({
            role: message.role,
            content: message.content,
            calls: message.toolCalls?.map(call => ({
              name: call.name,
              arguments: call.arguments,
            })),
          })),
        };
      });

  it.each([false, true])(
    'makes a mock of a real model that says the same (streamed: %s)',
    async streamed => {
      if (streamed) {
        change(
          'mine/scenarios/order-status.scenario.yaml',
          'task_type: shop',
          'task_type: shop\n  streaming: true',
        );
        // The mock cannot count two rounds of tools in streamed turns.
        change(
          'mine/scenarios/order-status.scenario.yaml',
          '    - role: user\n      content: One more order?\n',
          '',
        );
      }
      // The checks are about the model, not about the mock.
      expect((await run('real')).code).toBe(0);
      const [real] = conversations('real');
      expect(real.messages.map(({ role }) => role)).toEqual([
        ...['system', 'user', 'assistant', 'tool', 'assistant'],
        ...['user', 'assistant'],
        ...(streamed ? [] : ['user', 'assistant', 'tool', 'assistant']),
      ]);
      const made = await arena(
        ...['mocks', 'generate', '-i', 'real', '-o', 'mine/generated.yaml'],
      );
      expect(made).toMatchObject({
        code: 0,
        stdout: `mine/generated.yaml: ${
          streamed ? 3 : 5
        } answers for order-status\n`,
        stderr: '',
      });
      await model.stop();
      const again = await run(
        ...(['again', '--mock-provider'] as const),
        ...['--mock-config', 'mine/generated.yaml'],
      );
      expect(again.code).toBe(0);
      expect(conversations('again')).toEqual([real]);
    },
  );

  it('merges, filters, and prints on request', async () => {
    await run('real');
    writeFileSync(
      join(folder, 'mocks.yaml'),
      'scenarios: {other: {turns: {1: kept}}}\n',
    );
    const merged = await arena(
      ...['mocks', 'generate', '-i', 'real', '-o', 'mocks.yaml', '--merge'],
      ...['--default-response', 'Pardon?', '--dry-run'],
    );
    const file = parse(merged.stdout);
    expect(file.defaultResponse).toBe('Pardon?');
    expect(file.scenarios.other).toEqual({ turns: { 1: 'kept' } });
    expect(file.scenarios['order-status'].turns[3]).toBe(
      'You said: And thank you!',
    );
    expect(read('mocks.yaml')).not.toContain('Pardon');

    const each = ['mocks', 'generate', '-i', 'real', '-o', 'each'];
    await arena(...each, '--per-scenario');
    expect(readdirSync(join(folder, 'each'))).toEqual(['order-status.yaml']);
    expect(await arena(...each, '--per-scenario')).toMatchObject({
      code: 1,
      stderr:
        "error: 'each/order-status.yaml' exists: --merge keeps what it has, --force writes over it\n",
    });
    expect(await arena(...each, '--per-scenario', '--force')).toMatchObject({
      code: 0,
    });
    expect(readdirSync(join(folder, 'each'))).toEqual(['order-status.yaml']);
    expect(await arena(...each, '--provider', 'nobody')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has no conversation of the scenarios'),
    });
    expect(await arena('mocks', 'generate', '-i', 'nowhere')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ENOENT'),
    });
  });
});

describe('arena generate', () => {
  beforeEach(async () => {
    await arena('init', 'mine', '--template', 'basic');
    change('mine/scenarios/breakfast.scenario.yaml', '"10"', '"11"');
    await arena('run', '-c', 'mine');
  });

  it('makes valid scenarios of what failed', async () => {
    const made = await arena(
      ...['generate', '-i', 'out', '-c', 'mine', '--output', 'mine/scenarios'],
    );
    const file = 'mine/scenarios/breakfast-scripted-default-1-1.scenario.yaml';
    expect(made).toMatchObject({
      code: 0,
      stdout: `${file}\n`,
      stderr: '1 scenario of 1 conversation\n',
    });
    expect(parse(read(file)).spec).toMatchObject({
      task_type: 'assistant',
      variables: { hotel: 'Seaview' },
      turns: [
        {
          content: 'Good morning! When is breakfast?',
          assertions: [{ type: 'contains', params: { patterns: ['7', '11'] } }],
        },
      ],
    });
    expect(await arena('validate', file)).toMatchObject({
      code: 0,
      stdout: '1 file valid\n',
      stderr: '',
    });
    const again = ['generate', '-c', 'mine', '--output', 'mine/scenarios'];
    expect(await arena(...again)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `${file} is there already\n0 scenarios of 1 conversation\n`,
    });
    change(file, 'Good morning', 'Good evening');
    expect(await arena(...again)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining(`warning: ${file} is left as it is`),
    });
    expect(read(file)).toContain('Good evening');
  });

  it('makes nothing of what could not be run', async () => {
    const line = JSON.parse(read('out/transcripts.jsonl'));
    const error = { class: 'provider', message: 'away', retryable: true };
    const away = { ...line, error, messages: [line.messages[1]], checks: [] };
    writeFileSync(
      join(folder, 'out/transcripts.jsonl'),
      [line, away, away].map(value => `${JSON.stringify(value)}\n`).join(''),
    );
    expect(await arena('generate', '--no-dedup')).toMatchObject({
      code: 0,
      stderr:
        'warning: 2 that could not be run are left out: nothing was judged\n1 scenario of 3 conversations\n',
    });
  });

  it('takes patterns of files, and only the failures that are asked for', async () => {
    const made = await arena(
      ...['generate', '--from-recordings', 'o*/*.jsonl'],
      ...['--filter-eval-type', 'max_length', '--output', 'new'],
    );
    expect(made.stderr).toBe('0 scenarios of 1 conversation\n');
    expect(existsSync(join(folder, 'new'))).toBe(false);
    const passed = await arena('generate', '--filter-passed', 'true');
    expect(passed.stderr).toBe('0 scenarios of 1 conversation\n');
    const any = await arena('generate', '--filter-passed', 'any');
    expect(any.stderr).toBe('1 scenario of 1 conversation\n');
  });
});

describe('arena validate', () => {
  beforeEach(() => arena('init', 'mine', '--template', 'basic'));

  it('tells errors from warnings', async () => {
    change(
      'mine/scenarios/breakfast.scenario.yaml',
      'description: A guest',
      'mode: fast\n  description: A guest',
    );
    const file = 'mine/scenarios/breakfast.scenario.yaml';
    expect(await arena('validate', 'mine')).toMatchObject({
      code: 0,
      stdout: '1 bundle valid, 1 warning\n',
      stderr: `warning: ${file}:7:3: spec.mode: mode has no effect: nothing reads it\n`,
    });
    expect(await arena('validate', 'mine', '--strict')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('1 warning in 1 bundle\n'),
    });
    change(file, 'type: contains', 'type: contians');
    const json = await arena('validate', 'mine', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      valid: false,
      findings: [
        {
          severity: 'error',
          file,
          line: 15,
          column: 17,
          field: 'spec.turns[0].assertions[0].type',
          suggestion: 'contains',
        },
      ],
      warnings: [{ severity: 'warning', line: 7 }],
    });
    expect((await arena('validate', 'mine', '--schema-only')).code).toBe(0);
    // The run goes on: an unknown check fails.
    expect((await arena('run', '-c', 'mine', '--ci')).code).toBe(1);
    expect(JSON.parse(read('out/results.json')).summary.total).toBe(1);
  });

  it('checks single files, and files that are hostile', async () => {
    expect(
      await arena('validate', 'mine/prompts', 'mine/providers'),
    ).toMatchObject({ code: 0, stdout: '2 files valid\n' });
    const head =
      'apiVersion: promptkit.altairalabs.ai/v1alpha1\nkind: Scenario\n';
    writeFileSync(
      join(folder, 'deep.yaml'),
      `${head}spec: ${'['.repeat(10_000)}`,
    );
    writeFileSync(join(folder, 'tab.yaml'), `${head}spec:\n\ta: 1\n`);
    writeFileSync(join(folder, 'twice.yaml'), `${head}spec: {a: 1, a: 2}\n`);
    writeFileSync(
      join(folder, 'latin.yaml'),
      Buffer.concat([Buffer.from(`${head}spec: `), Buffer.from([0xe4])]),
    );
    writeFileSync(
      join(folder, 'big.yaml'),
      head + '#'.repeat(16 * 1024 * 1024),
    );
    const exit = await arena(
      ...['validate', 'deep.yaml', 'tab.yaml', 'twice.yaml'],
      ...['latin.yaml', 'big.yaml'],
    );
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(/^deep.yaml:3:\d+: .*Nested too deeply/m);
    expect(exit.stderr).toMatch(/^tab.yaml:4:1: .*[Tt]abs/m);
    expect(exit.stderr).toMatch(/^twice.yaml:3:14: .*"a" stands twice/m);
    expect(exit.stderr).toMatch(/^latin.yaml: .*is not UTF-8 text/m);
    expect(exit.stderr).toMatch(/^big.yaml: .*bytes: allowed are at most/m);
  });
});
