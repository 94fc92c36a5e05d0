import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { describePrompt } from './describePrompt';

afterEach(removeBundles);

const tool = {
  description: 'Finds an order.',
  input_schema: { type: 'object' },
  output_schema: { type: 'object' },
  mode: 'mock',
};

const write = (spec: Parameters<typeof arena>[0]) =>
  writeBundle({ 'config.arena.yaml': arena(spec) });

describe('describePrompt', () => {
  it('assembles the prompt of a scenario, and says where each value comes from', async () => {
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        scenarios: {
          one: {
            task_type: 'shop',
            variables: { who: 'Ada' },
            context_metadata: { domain: 'books' },
            turns: [{ role: 'user', content: 'Hi.' }],
          },
        },
        more: {
          tool_specs: { find_order: tool, other: tool },
          prompt_configs: [
            { id: 'shop', file: 'shop.yaml', vars: { tone: 'kindly' } },
          ],
        },
      }),
      'shop.yaml': {
        apiVersion: 'v1',
        kind: 'PromptConfig',
        spec: {
          task_type: 'shop',
          version: '1',
          description: 'd',
          system_template:
            'Help {{who}} {{tone}} with {{domain}} in {{region}}, {{lang}}.',
          variables: [
            { name: 'who', required: true },
            { name: 'lang', default: 'in English' },
            { name: 'tone', default: 'rudely' },
          ],
          allowed_tools: ['find_*'],
          parameters: { temperature: 0.5 },
          validators: [
            { type: 'max_length', params: { max: 9 } },
            { type: 'banned_words', enabled: false, params: { words: ['x'] } },
          ],
        },
      },
    });
    const found = await describePrompt(folder, {
      scenarioId: 'one',
      region: 'eu',
      providerId: 'mock',
    });
    expect(found).toMatchObject({
      scenario: 'one',
      taskType: 'shop',
      file: 'shop.yaml',
      system: 'Help Ada kindly with books in eu, in English.',
      unresolved: [],
      tools: [{ name: 'find_order', description: 'Finds an order.' }],
      guardrails: [
        { type: 'max_length', direction: 'output', enabled: true },
        { type: 'banned_words', enabled: false },
      ],
      parameters: { temperature: 0.5 },
      provider: { id: 'mock', type: 'mock', selected: true },
    });
    const sources = Object.fromEntries(
      found.variables.map(({ name, source }) => [name, source]),
    );
    expect(sources).toEqual({
      who: 'scenario',
      tone: 'arena file',
      region: 'region',
      lang: 'prompt default',
      domain: 'context_metadata',
      user_role: 'built in',
      user_context: 'built in',
      context_slot: 'built in',
    });
  });

  it('says why a stock prompt is used', async () => {
    const folder = await write({
      prompt: {
        variables: [{ name: 'who', required: true }],
        allowed_tools: ['find_order'],
      },
      scenarios: { one: {}, two: { task_type: 'chatt' } },
      more: { tool_specs: { find_order: tool } },
    });
    const compat = true;
    expect(
      await describePrompt(folder, { scenarioId: 'one', compat }),
    ).toMatchObject({
      stockReason: 'the required variable "who" has no value',
      tools: [],
    });
    expect(
      await describePrompt(folder, { scenarioId: 'two', compat }),
    ).toMatchObject({
      stockReason: 'no prompt has the task_type "chatt"',
    });
    await expect(describePrompt(folder, { scenarioId: 'one' })).rejects.toThrow(
      'the required variable "who" has no value',
    );
  });

  it('shows a template that stays as it is, with what keeps it so', async () => {
    const folder = await write({
      prompt: { system_template: 'Hi {{who}} in {{region}}.' },
    });
    expect(await describePrompt(folder, { taskType: 'chat' })).toMatchObject({
      system: 'Hi {{who}} in {{region}}.',
      unresolved: ['{{who}}'],
    });
  });

  it('refuses names that do not exist', async () => {
    const folder = await write({ scenarios: { one: {} } });
    await expect(
      describePrompt(folder, { scenarioId: 'onee' }),
    ).rejects.toThrow('Scenario "onee" does not exist. Did you mean "one"?');
    await expect(describePrompt(folder, { taskType: 'chta' })).rejects.toThrow(
      'No prompt has the task_type "chta". Did you mean "chat"? The bundle has chat',
    );
    await expect(
      describePrompt(folder, { scenarioId: 'one', providerId: 'mok' }),
    ).rejects.toThrow('Provider "mok" does not exist');
  });

  it('speaks as the state of the workflow in which the scenario begins', async () => {
    const folder = await write({
      scenarios: { one: { task_type: '' } },
      more: {
        workflow: {
          entry: 'start',
          states: {
            start: { prompt_task: 'chat', on_event: { Done: 'end' } },
            end: { prompt_task: 'chat', terminal: true },
          },
        },
      },
    });
    const found = await describePrompt(folder, { scenarioId: 'one' });
    expect(found).toMatchObject({ taskType: 'chat', state: 'start' });
    expect(found.tools.map(({ name }) => name)).toContain(
      'workflow__transition',
    );
  });
});
