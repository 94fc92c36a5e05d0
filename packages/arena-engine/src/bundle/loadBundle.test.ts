import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { BundleError } from '../Engine';
import { loadBundle } from './loadBundle';
import { readBundle } from './readBundle';

afterEach(removeBundles);

async function problemsOf(files: Record<string, unknown>) {
  const folder = await writeBundle(files);
  const error = await loadBundle(folder).catch(e => e);
  expect(error).toBeInstanceOf(BundleError);
  return (error as BundleError).problems;
}

const HEAD = 'apiVersion: promptkit.altairalabs.ai/v1alpha1\n';

describe('loadBundle', () => {
  it('points at an unknown field and names the one that was probably meant', async () => {
    const problems = await problemsOf({
      'config.arena.yaml': `${HEAD}kind: Arena
spec:
  providers: []
  scenarios:
    - file: one.scenario.yaml
  defaults: {}
`,
      'one.scenario.yaml': `${HEAD}kind: Scenario
metadata:
  name: one
spec:
  description: One
  task_type: chat
  turns: []
  conversation_assertion:
    - type: contains
`,
    });
    expect(problems).toEqual([
      {
        severity: 'error',
        file: 'one.scenario.yaml',
        line: 9,
        column: 3,
        field: 'spec.conversation_assertion',
        message: expect.stringContaining(
          'Unknown field "conversation_assertion"',
        ),
        suggestion: 'conversation_assertions',
      },
    ]);
  });

  it('points at a wrong value deep inside a list', async () => {
    const [problem] = await problemsOf({
      'config.arena.yaml': `${HEAD}kind: Arena
spec:
  providers: []
  defaults:
    output:
      formats:
        - json
        - jnuit
`,
    });
    expect(problem).toMatchObject({
      file: 'config.arena.yaml',
      line: 9,
      column: 11,
      field: 'spec.defaults.output.formats[1]',
      message: expect.stringContaining('Invalid value "jnuit"'),
      suggestion: 'junit',
    });
  });

  it('reports every fault of every file at once', async () => {
    const problems = await problemsOf({
      'config.arena.yaml': `${HEAD}kind: Arena
spec:
  providers:
    - file: missing.yaml
  scenarios:
    - file: a.yaml
    - file: b.yaml
  defaults: {}
`,
      'a.yaml': `${HEAD}kind: Scenario\nspec: {}\n`,
      'b.yaml': 'kind: [broken',
    });
    expect(problems.map(({ file, line }) => `${file}:${line}`).sort()).toEqual([
      'a.yaml:3',
      'b.yaml:1',
      'config.arena.yaml:5',
    ]);
    expect(
      problems.find(({ file }) => file === 'config.arena.yaml')?.message,
    ).toBe('File "missing.yaml" does not exist in the bundle');
  });

  it.each([
    ['two keys of one name', 'a: 1\na: 2\n', /unique/],
    ['a tab for indentation', 'a:\n\tb: 1\n', /tab/i],
    [
      'a wrong kind',
      `${HEAD}kind: Scenario\nspec: {}\n`,
      /expected|allowed are Arena/,
    ],
    ['a list instead of a map', '- 1\n', /expected object/],
    ['an empty file', '', /expected object/],
  ])('refuses %s', async (_, text, message) => {
    const problems = await problemsOf({ 'config.arena.yaml': text });
    expect(problems[0].message).toMatch(message);
    expect(problems[0].line).toBeGreaterThan(0);
  });

  it('does not expand aliases without end', async () => {
    const levels = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
        : `a${i}: &a${i} [${Array(9)
            .fill(`*a${i - 1}`)
            .join(', ')}]`,
    );
    const problems = await problemsOf({
      'config.arena.yaml': levels.join('\n'),
    });
    expect(problems[0].message).toMatch(/alias/i);
  });

  it('does not read files outside of the bundle, by path or by link', async () => {
    const outside = await writeBundle({ 'secret.yaml': 'a: 1' });
    const config = (file: string) => ({
      'config.arena.yaml': `${HEAD}kind: Arena\nspec:\n  providers:\n    - file: ${file}\n  defaults: {}\n`,
    });
    const byPath = await writeBundle(
      config(`../${path.basename(outside)}/secret.yaml`),
    );
    await expect(loadBundle(byPath)).rejects.toThrow(
      'lies outside of the bundle',
    );
    const byLink = await writeBundle(config('link.yaml'));
    await symlink(
      path.join(outside, 'secret.yaml'),
      path.join(byLink, 'link.yaml'),
    );
    await expect(loadBundle(byLink)).rejects.toThrow(
      'lies outside of the bundle',
    );
  });

  it('refuses equal names, equal task types and references to nothing', async () => {
    const prompt = {
      task_type: 'chat',
      version: '1',
      description: 'd',
      system_template: 't',
    };
    const problems = await problemsOf({
      'config.arena.yaml': arena({
        more: {
          prompt_specs: { a: prompt, b: prompt },
          judges: [{ name: 'j', provider: 'nobody' }],
          self_play: { roles: [{ id: 'user-bot', provider: 'nowhere' }] },
        },
      }),
    });
    expect(problems.map(({ message }) => message)).toEqual([
      'Two prompts have the task_type "chat": this one and one of prompt_specs',
    ]);
    const references = await problemsOf({
      'config.arena.yaml': arena({
        more: {
          judges: [{ name: 'j', provider: 'nobody' }],
          self_play: { roles: [{ id: 'user-bot', provider: 'nowhere' }] },
        },
      }),
    });
    expect(references.map(({ message }) => message)).toEqual([
      expect.stringContaining('Judge "j" names the provider "nobody"'),
      expect.stringContaining(
        'Self-play role "user-bot" names the provider "nowhere"',
      ),
    ]);
  });

  it('overlooks missing files and repeated names in compatible runs, and takes the last', async () => {
    const scenario = (name: string, description: string) =>
      `${HEAD}kind: Scenario\nmetadata: {name: ${name}}\nspec: {task_type: t, turns: [], description: ${description}, labels: {from: ${description}}}\n`;
    const folder = await writeBundle({
      'config.arena.yaml': `${HEAD}kind: Arena
spec:
  providers: []
  scenarios:
    - file: a.yaml
    - file: gone.yaml
    - file: b.yaml
  defaults: {}
`,
      'a.yaml': scenario('one', 'a'),
      'b.yaml': scenario('one', 'b'),
    });
    await expect(loadBundle(folder)).rejects.toThrow('(and 1 more)');
    const content = await readBundle(folder, { compat: true });
    expect(content.scenarios).toMatchObject([{ id: 'one', file: 'b.yaml' }]);
    expect(content.warnings).toMatchObject(
      [
        { severity: 'warning', line: 7, message: /gone.yaml/ },
        { severity: 'warning', line: 8, message: /"one"/ },
      ].map(({ message, ...rest }) => ({
        ...rest,
        message: expect.stringMatching(message),
      })),
    );
  });

  it('does not take an inline scenario with the name of a file in any run', async () => {
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        scenarios: { one: {} },
        more: { scenarios: [{ file: 'one.yaml' }] },
      }),
      'one.yaml': `${HEAD}kind: Scenario\nmetadata: {name: one}\nspec: {task_type: t, description: d, turns: []}\n`,
    });
    await expect(loadBundle(folder, { compat: true })).rejects.toThrow(
      'Two scenarios have the name "one"',
    );
  });

  it('refuses what is no text, no file, or too long', async () => {
    const folder = await writeBundle({ 'config.arena.yaml': '' });
    const file = path.join(folder, 'config.arena.yaml');
    await writeFile(file, Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]));
    await expect(loadBundle(folder)).rejects.toThrow('is not UTF-8 text');
    await truncate(file, 16 * 1024 * 1024 + 1);
    await expect(loadBundle(folder)).rejects.toThrow(
      'has 16777217 bytes: allowed are at most 16777216',
    );
    await rm(file);
    await mkdir(file);
    await expect(loadBundle(folder)).rejects.toThrow('is not a file');
  });

  it('takes files relative to the arena file, wherever it stands', async () => {
    const folder = await writeBundle({
      'tests/a.arena.yaml': `${HEAD}kind: Arena
spec:
  providers: []
  scenarios:
    - file: ../scenarios/one.yaml
  defaults: {}
`,
      'scenarios/one.yaml': `${HEAD}kind: Scenario\nmetadata: {name: one}\nspec: {task_type: t, description: d, turns: []}\n`,
    });
    const bundle = await loadBundle(folder, {
      arenaFile: 'tests/a.arena.yaml',
    });
    expect(bundle.scenarioIds).toEqual(['one']);
  });

  it('reads files outside of the bundle where that is asked for', async () => {
    const outside = await writeBundle({
      'one.yaml': `${HEAD}kind: Scenario\nmetadata: {name: one}\nspec: {task_type: t, description: d, turns: []}\n`,
    });
    const folder = await writeBundle({
      'config.arena.yaml': `${HEAD}kind: Arena
spec:
  providers: []
  scenarios:
    - file: ../${path.basename(outside)}/one.yaml
  defaults: {}
`,
    });
    await expect(loadBundle(folder)).rejects.toThrow('outside of the bundle');
    const bundle = await loadBundle(folder, { localFiles: true });
    expect(bundle.scenarioIds).toEqual(['one']);
  });

  it('demands task_type and turns of a scenario in a file, be they empty', async () => {
    const files = (fields: string) => ({
      'config.arena.yaml': `${HEAD}kind: Arena
spec:
  providers: []
  scenarios: [{ file: one.yaml }]
  defaults: {}
`,
      'one.yaml': `${HEAD}kind: Scenario\nmetadata: {name: one}\nspec: {description: d${fields}}\n`,
    });
    const problems = await problemsOf(files(''));
    expect(
      problems.map(({ field, message }) => `${field}: ${message}`),
    ).toEqual([
      'spec.task_type: Required field is missing: expected string',
      'spec.turns: Required field is missing: expected array',
    ]);
    const folder = await writeBundle(files(", task_type: '', turns: []"));
    expect((await loadBundle(folder)).scenarioIds).toEqual(['one']);
  });

  it('does not take an inline prompt with the id of a file', async () => {
    const problems = await problemsOf({
      'config.arena.yaml': arena({
        more: { prompt_configs: [{ id: 'chat', file: 'other.yaml' }] },
      }),
      'other.yaml': `${HEAD}kind: PromptConfig\nspec: {task_type: other, version: v1, description: d, system_template: Hi}\n`,
    });
    expect(problems).toMatchObject([
      {
        field: 'spec.prompt_specs.chat',
        message: 'Two prompts have the id "chat"',
      },
    ]);
  });

  it('takes judges that stand in the arena file', async () => {
    const judges = (more: Record<string, unknown>) => ({
      'config.arena.yaml': arena({ more }),
    });
    const folder = await writeBundle(
      judges({
        judges: [{ name: 'first', provider: 'mock' }],
        judge_specs: { second: { provider: 'mock' } },
      }),
    );
    expect((await readBundle(folder, {})).arena.judges).toEqual([
      { name: 'first', provider: 'mock' },
      { name: 'second', provider: 'mock' },
    ]);
    const problems = await problemsOf(
      judges({ judge_specs: { second: { provider: 'mocks' } } }),
    );
    expect(problems).toMatchObject([
      { field: 'spec.judge_specs.second.provider', suggestion: 'mock' },
    ]);
    const twice = await problemsOf(
      judges({
        judges: [{ name: 'first', provider: 'mock' }],
        judge_specs: { first: { provider: 'mock' } },
      }),
    );
    expect(twice[0].message).toBe('Two judges have the name "first"');
  });

  it('refuses a classifier that is no provider', async () => {
    const problems = await problemsOf({
      'config.arena.yaml': arena({
        more: { defaults: { inference: { text_classifier: 'mood' } } },
      }),
    });
    expect(problems).toMatchObject([
      {
        field: 'spec.defaults.inference.text_classifier',
        message: expect.stringContaining('provider "mood"'),
      },
    ]);
  });

  it('warns of what has no effect', async () => {
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        prompt: { allowed_tools: ['lookup'] },
        scenarios: {
          one: { task_type: 'cat', providers: ['ghost'], mode: 'fast' },
        },
      }),
    });
    const { warnings } = await loadBundle(folder);
    expect(warnings.map(({ message }) => message)).toEqual([
      'mode has no effect: nothing reads it',
      expect.stringContaining('No prompt has the task_type "cat"'),
      'Provider "ghost" does not exist: the bundle has mock',
      'No tool of the bundle is called "lookup"',
    ]);
  });
});
