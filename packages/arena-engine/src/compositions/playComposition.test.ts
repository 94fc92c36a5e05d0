import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';

afterEach(removeBundles);

async function play(options: {
  steps: unknown[];
  script?: Record<string, unknown>;
  turns?: Array<Record<string, unknown>>;
  more?: Record<string, unknown>;
  scenario?: Record<string, unknown>;
  compat?: boolean;
}) {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: {
        s: {
          task_type: '',
          turns: options.turns ?? [{ role: 'user', content: 'Hi' }],
          ...options.scenario,
        },
      },
      more: {
        tool_specs: {
          note: {
            description: 'Notes',
            mode: 'mock',
            input_schema: {
              type: 'object',
              properties: { n: { type: 'integer' } },
            },
            output_schema: { type: 'object' },
            mock_template: '{"noted": {{.n}}}',
          },
        },
        workflow: {
          version: 1,
          entry: 'run',
          states: { run: { orchestration: 'composition', composition: 'c' } },
        },
        compositions: { c: { version: 1, steps: options.steps } },
        ...options.more,
      },
    }),
    'mock.yaml': {
      defaultResponse: 'default',
      scenarios: { s: options.script },
    },
  });
  return executeItem(folder, { compat: options.compat });
}

const ask = (more = {}) => ({
  id: 'ask',
  kind: 'prompt',
  prompt_task: 'chat',
  ...more,
});
const outputs = (equals: string) => ({
  type: 'composition_output',
  params: { equals },
});
const turn = (content: string, ...assertions: unknown[]) => ({
  role: 'user',
  content,
  assertions,
});

describe('a composition', () => {
  it('answers a turn with the JSON of its output, and sums up what its steps used', async () => {
    const report = await play({
      steps: [
        ask({ id: 'first' }),
        ask({ id: 'second', input: '${first.output}' }),
      ],
      script: { steps: { first: 'a'.repeat(40), second: 'b'.repeat(80) } },
      turns: [turn('Hi', outputs(JSON.stringify('b'.repeat(80))))],
    });
    expect(report.status).toBe('passed');
    expect(
      report.parsed.messages
        .slice(1)
        .map(({ role, content }) => [role, content]),
    ).toEqual([
      ['user', 'Hi'],
      ['assistant', JSON.stringify('b'.repeat(80))],
    ]);
    // The mock counts 4 bytes as a token: 10 and 20 for the replies.
    expect(report.outputTokens).toBe(30);
    expect(report.parsed.messages[2].outputTokens).toBe(30);
  });

  it('keeps what the user says out of the transcript, in the original', async () => {
    const report = await play({ steps: [ask()], compat: true });
    expect(report.parsed.messages.map(({ role }) => role)).toEqual([
      'system',
      'assistant',
    ]);
  });

  it('lets an agent call its tools until it has an answer', async () => {
    const agent = ask({ kind: 'agent', tools: ['note'] });
    const report = await play({
      steps: [agent],
      script: {
        turns: {
          1: { tool_calls: [{ name: 'note', arguments: { n: 1 } }] },
          2: { tool_calls: [{ name: 'note', arguments: { n: 2 } }] },
          3: 'noted',
        },
      },
      turns: [turn('Hi', outputs('"noted"')), turn('Hi', outputs('"noted"'))],
    });
    expect(report.message).toBeUndefined();
    expect(report.status).toBe('passed');
  });

  it.each([
    [{ max_steps: 2 }, '"two"'],
    [{ tool_called: 'note' }, '"one"'],
    [{ tool_called: 'other' }, '"three"'],
  ])('ends an agent by %j', async (termination, expected) => {
    const notes = (content: string, n: number) => ({
      content,
      tool_calls: [{ name: 'note', arguments: { n } }],
    });
    const report = await play({
      steps: [ask({ kind: 'agent', tools: ['note'], termination })],
      script: { turns: { 1: notes('one', 1), 2: notes('two', 2), 3: 'three' } },
      turns: [turn('Hi', outputs(expected))],
    });
    expect(report.message).toBeUndefined();
  });

  it('ends with an error when an agent never stops calling tools', async () => {
    const report = await play({
      steps: [ask({ kind: 'agent', tools: ['note'] })],
      scenario: {
        tool_policy: {
          tool_choice: 'auto',
          max_tool_calls_per_turn: 9,
          max_total_tool_calls: 9,
          max_rounds: 1,
        },
      },
      script: {
        turns: { 1: { tool_calls: [{ name: 'note', arguments: { n: 1 } }] } },
      },
    });
    expect(report.error?.message).toBe(
      'composition "c", step "ask": the model still calls tools after 1 rounds',
    );
  });

  it('gives the results of tools to later steps', async () => {
    const report = await play({
      steps: [
        { id: 'n', kind: 'tool', tool: 'note', args: { n: '${input.count}' } },
        {
          id: 'm',
          kind: 'tool',
          tool: 'note',
          args: { n: '${n.output.noted}' },
        },
      ],
      turns: [turn('{"count": 7}', outputs('{"noted":7}'))],
    });
    expect(report.status).toBe('passed');
  });

  it.each([
    [
      { id: 'n', kind: 'tool', tool: 'note', args: { n: 'many' } },
      /^composition "c", step "n": invalid arguments for note: /,
    ],
    [
      ask({ prompt_task: 'named' }),
      /step "ask": prompt "named": the required variable "name" has no value/,
    ],
    [
      ask({ output_schema: { type: 'object' } }),
      /step "ask": the reply is not JSON, as output_schema says: default/,
    ],
  ])(
    'fails the item when a step cannot be carried out: %j',
    async (step, message) => {
      const options = {
        steps: [step],
        more: {
          prompt_specs: {
            chat: {
              task_type: 'chat',
              version: 'v1',
              description: 'Chat',
              system_template: 'You chat.',
            },
            named: {
              task_type: 'named',
              version: 'v1',
              description: 'Named',
              system_template: 'You are {{name}}.',
              variables: [{ name: 'name', type: 'string', required: true }],
            },
          },
        },
        turns: [
          turn('Hi', { type: 'contains', params: { patterns: ['xyz'] } }),
        ],
      };
      const strict = await play(options);
      expect(strict.status).toBe('errored');
      expect(strict.error?.class).toBe('bundle');
      expect(strict.error?.message).toMatch(message);
    },
  );

  it('skips the checks of a turn without a reply, in the original', async () => {
    const report = await play({
      steps: [ask({ input: '${input.missing}' })],
      turns: [
        turn('Hi', { type: 'contains', params: { patterns: ['xyz'] } }),
        turn('{"missing": "here"}', outputs('"default"')),
      ],
      compat: true,
    });
    expect(report).toMatchObject({
      status: 'passed',
      checksTotal: 2,
      checksFailed: 0,
    });
    expect(report.error).toBeUndefined();
    expect(JSON.stringify(report.parsed)).toContain('leads nowhere');
  });

  it('tries again what does not fit its form', async () => {
    const retry = { modifiers: { retry: { max_attempts: 2 } } };
    const report = await play({
      steps: [ask({ output_schema: { type: 'object' }, ...retry })],
    });
    expect(report.status).toBe('errored');
    // "default" has 7 bytes, which is 1 token, in each of the attempts.
    expect(report.outputTokens).toBe(2);
  });

  it('judges replies of steps by the guardrails of their prompts', async () => {
    const report = await play({
      steps: [ask()],
      more: {
        prompt_specs: {
          chat: {
            task_type: 'chat',
            version: 'v1',
            description: 'Chat',
            system_template: 'You chat.',
            validators: [
              {
                type: 'banned_words',
                params: { words: ['default'] },
                message: 'No.',
              },
            ],
          },
        },
      },
      turns: [
        turn('Hi', outputs('"No."'), {
          type: 'guardrail_triggered',
          params: { validator: 'banned_words' },
        }),
      ],
    });
    expect(report.message).toBeUndefined();
  });
});
