import { symlink } from 'node:fs/promises';
import path from 'node:path';
import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';
import { BundleError, PlanError } from '../Engine';
import { reportFaults } from './__testUtils__/reportFaults';

jest.setTimeout(120_000);

const DEEP = 10_000;
const deepList = '['.repeat(DEEP) + ']'.repeat(DEEP);

afterEach(removeBundles);

interface Hostile {
  scenario?: Record<string, unknown>;
  prompt?: Record<string, unknown>;
  more?: Record<string, unknown>;
  mock?: unknown;
  files?: Record<string, unknown>;
}

function filesOf({ scenario, prompt, more, mock, files }: Hostile) {
  return {
    'config.arena.yaml': arena({
      scenarios: {
        talk: { turns: [{ role: 'user', content: 'Hi' }], ...scenario },
      },
      prompt,
      more,
    }),
    'mock.yaml': mock ?? { defaultResponse: 'Hello' },
    ...files,
  };
}

const checked = (...assertions: unknown[]) => ({
  turns: [{ role: 'user', content: 'Hi', assertions }],
});

const tool = (more: Record<string, unknown>) => ({
  description: 'x',
  mode: 'mock',
  input_schema: { type: 'object' },
  output_schema: { type: 'object' },
  ...more,
});

const calls = (args: unknown, count = 1) => ({
  scenarios: {
    talk: {
      turns: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          index + 1,
          { tool_calls: [{ name: 'a', arguments: args }] },
        ]),
      ),
    },
  },
});

const backtracking = `${'a'.repeat(60)}!`;

const ITEMS: Array<[string, Hostile, RegExp]> = [
  [
    'patterns that backtrack',
    {
      scenario: checked(
        ...['(a+)+$', '(a|a)*$', '(.*a){20}$'].map(pattern => ({
          type: 'content_matches',
          params: { pattern },
        })),
      ),
      mock: { defaultResponse: backtracking },
    },
    /does not match \(a\+\)\+\$/,
  ],
  [
    'a pattern with a million repetitions',
    {
      scenario: checked({
        type: 'content_matches',
        params: { pattern: '(?:a{1000}){1000}' },
      }),
    },
    /invalid pattern|repetition/,
  ],
  [
    'a pattern of a megabyte',
    {
      scenario: checked({
        type: 'content_matches',
        params: { pattern: 'a'.repeat(1024 * 1024) },
      }),
    },
    /longer than 10000 characters/,
  ],
  [
    'a JSON schema whose pattern backtracks',
    {
      scenario: checked({
        type: 'json_schema',
        params: { schema: { type: 'string', pattern: '^(a+)+$' } },
      }),
      mock: { defaultResponse: JSON.stringify(backtracking) },
    },
    /does not match \^\(a\+\)\+\$/,
  ],
  [
    'a JSON schema that multiplies',
    {
      scenario: checked({
        type: 'json_schema',
        params: {
          schema: {
            $ref: '#/definitions/d0',
            definitions: Object.fromEntries(
              Array.from({ length: 40 }, (_, index) => [
                `d${index}`,
                index === 39
                  ? { type: 'string' }
                  : {
                      allOf: [1, 2].map(() => ({
                        $ref: `#/definitions/d${index + 1}`,
                      })),
                    },
              ]),
            ),
          },
        },
      }),
      mock: { defaultResponse: '"x"' },
    },
    /too many steps/,
  ],
  [
    'a JSON schema that refers to itself, and to nothing',
    {
      scenario: checked(
        ...['#', '#/nowhere'].map($ref => ({
          type: 'json_schema',
          params: { schema: { $ref } },
        })),
      ),
      mock: { defaultResponse: '{}' },
    },
    /cannot be validated/,
  ],
  [
    'a reply that is nested 10,000 levels deep',
    {
      scenario: checked(
        { type: 'is_valid_json' },
        { type: 'json_schema', params: { schema: { items: { $ref: '#' } } } },
        { type: 'json_path', params: { expression: 'a', expected: 1 } },
      ),
      mock: { defaultResponse: deepList },
    },
    /nested more than 500 levels deep/,
  ],
  [
    'a reply of many fences that are never closed',
    {
      scenario: checked({
        type: 'is_valid_json',
        params: { allow_wrapped: true },
      }),
      mock: { defaultResponse: '```json\n'.repeat(80_000) },
    },
    /not JSON/,
  ],
  [
    'lists of 100,000 parameters',
    {
      scenario: checked(
        ...['content_includes', 'content_includes_any'].map(type => ({
          type,
          params: {
            patterns: Array.from({ length: 100_000 }, (_, n) => `${n}`),
          },
        })),
      ),
    },
    /Missing in the reply/,
  ],
  [
    'numbers that are none',
    {
      scenario: {
        turns: [
          {
            role: 'user',
            content: 'Hi',
            assertions: [
              {
                type: 'max_length',
                params: {
                  max: Number.NaN,
                  min_score: Number.POSITIVE_INFINITY,
                },
              },
            ],
          },
        ],
      },
    },
    /max_length/,
  ],
  [
    'the same call without end',
    {
      prompt: { allowed_tools: ['a'] },
      more: { tool_specs: { a: tool({ mock_result: {} }) } },
      mock: calls({ x: 1 }, 60),
    },
    /same arguments after 3 calls/,
  ],
  [
    'calls without end, each another one',
    {
      prompt: { allowed_tools: ['a'] },
      more: { tool_specs: { a: tool({ mock_result: {} }) } },
      mock: {
        scenarios: {
          talk: {
            turns: Object.fromEntries(
              Array.from({ length: 100 }, (_, index) => [
                index + 1,
                { tool_calls: [{ name: 'a', arguments: { index } }] },
              ]),
            ),
          },
        },
      },
    },
    /still calls tools after 50 rounds/,
  ],
  [
    'a tool that gives 10,000 levels',
    {
      scenario: checked({ type: 'no_tool_errors' }),
      prompt: { allowed_tools: ['a'] },
      more: {
        tool_specs: {
          a: tool({ mock_template: `{"a": ${deepList}}` }),
        },
      },
      mock: calls({}),
    },
    /nested more than 500 levels deep/,
  ],
  [
    'states that hand over to each other without end',
    {
      scenario: { task_type: 'a' },
      more: {
        prompt_specs: Object.fromEntries(
          ['a', 'b'].map(task => [
            task,
            {
              task_type: task,
              version: 'v1',
              description: task,
              system_template: task,
            },
          ]),
        ),
        workflow: {
          entry: 'a',
          states: {
            a: { prompt_task: 'a', on_event: { Go: 'b' } },
            b: { prompt_task: 'b', on_event: { Go: 'a' } },
          },
        },
      },
      mock: {
        scenarios: {
          talk: {
            turns: Object.fromEntries(
              Array.from({ length: 200 }, (_, index) => [
                index + 1,
                {
                  tool_calls: [
                    {
                      name: 'workflow__transition',
                      arguments: { event: 'Go', context: `${index}` },
                    },
                  ],
                },
              ]),
            ),
          },
        },
      },
    },
    /still calls tools after 50 rounds/,
  ],
];

it('blames the bundle for a judge whose answers cannot be read', async () => {
  const mock = { type: 'mock', additional_config: {} };
  const folder = await writeBundle(
    filesOf({
      scenario: checked({ type: 'llm_judge', params: { criteria: 'x' } }),
      more: {
        provider_specs: {
          mock,
          judge: {
            ...mock,
            role: 'inference',
            additional_config: { mock_config: 'judge.yaml' },
          },
        },
        judges: [{ name: 'j', provider: 'judge' }],
      },
      files: { 'judge.yaml': '[' },
    }),
  );
  const report = await executeItem(folder);
  expect(report).toMatchObject({
    status: 'errored',
    error: { class: 'bundle', retryable: false },
    message: expect.stringContaining('judge.yaml'),
  });
});

describe('hostile bundles end as clear errors', () => {
  it.each(ITEMS)('%s', async (_, hostile, message) => {
    const folder = await writeBundle(filesOf(hostile));
    for (const compat of [true, false]) {
      const report = await executeItem(folder, {
        compat,
        itemTimeoutMs: 60_000,
      });
      expect(reportFaults(report)).toEqual([]);
      expect(report.status).not.toBe('passed');
      expect(report.message).toMatch(message);
    }
  });
});

describe('texts that grow', () => {
  it('grow no longer than a limit in prompts and in what users say', async () => {
    const folder = await writeBundle(
      filesOf({
        prompt: { system_template: '{{a}}'.repeat(1_000) },
        scenario: {
          variables: {
            a: '{{b}}'.repeat(1_000),
            b: '{{c}}'.repeat(1_000),
            c: 'x'.repeat(100_000),
          },
          turns: [
            {
              role: 'user',
              content: '{k0} {{a}}',
              perturbations: Object.fromEntries(
                Array.from({ length: 12 }, (_, index) => [
                  `k${String.fromCharCode(97 + index)}`,
                  [`{k${String.fromCharCode(98 + index)}}`.repeat(10)],
                ]),
              ),
            },
          ],
        },
      }),
    );
    const report = await executeItem(folder, { itemTimeoutMs: 60_000 });
    expect(reportFaults(report)).toEqual([]);
    expect(report.status).toBe('passed');
    // A megabyte of text is about 250,000 tokens.
    expect(report.inputTokens).toBeLessThan(5_000_000);
  });
});

describe('files that are nested 10,000 levels deep', () => {
  const deepMap = `${'{a: '.repeat(DEEP)}1${'}'.repeat(DEEP)}`;

  it.each<[string, Hostile]>([
    ['the arena file', { more: { memory: {} } }],
    [
      'a skill',
      {
        more: { skills: [{ path: 'skills' }] },
        files: {
          'skills/SKILL.md': `---\nname: x\nmeta: ${deepMap}\n---\nText`,
        },
      },
    ],
    [
      'a recording',
      {
        more: {
          scenario_specs: {},
          eval_specs: {
            e: { description: 'x', recording: { path: 'saved.json' } },
          },
        },
        files: { 'saved.json': deepList },
      },
    ],
    ['the answers of a mock', { mock: `scenarios: ${deepMap}` }],
  ])('%s', async (what, hostile) => {
    const files: Record<string, unknown> = filesOf(hostile);
    if (what === 'the arena file') {
      files['config.arena.yaml'] = `apiVersion: ${deepMap}`;
    }
    const folder = await writeBundle(files);
    const message = await executeItem(folder).then(
      report => report.message,
      error => {
        if (error instanceof BundleError) return error.message;
        throw error;
      },
    );
    expect(message).toMatch(/[Nn]ested (too deeply|more than)/);
  });
});

describe('plans', () => {
  it('are refused when a scenario has a thousand million variants', async () => {
    const values = Array.from({ length: 1_000 }, (_, index) => `${index}`);
    const folder = await writeBundle(
      filesOf({
        scenario: {
          turns: [
            {
              role: 'user',
              content: '{a}{b}{c}',
              perturbations: { a: values, b: values, c: values },
            },
          ],
        },
      }),
    );
    const bundle = await loadBundle(folder);
    expect(() => bundle.plan({})).toThrow(PlanError);
    expect(() => bundle.plan({})).toThrow(
      'The run would have 1000000000 items: allowed are at most',
    );
  });
});

describe('names that mean something to JavaScript', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s is a name like any other',
    async name => {
      const folder = await writeBundle(
        filesOf({
          scenario: {
            task_type: name,
            variables: { [name]: 'v' },
            turns: [
              {
                role: 'user',
                content: `{{${name}}}`,
                assertions: [
                  {
                    type: 'tools_called',
                    params: { tools: [name] },
                  },
                  { type: 'no_tool_errors' },
                  { type: 'state_is', params: { state: name } },
                ],
              },
            ],
          },
          more: {
            prompt_specs: {
              [name]: {
                task_type: name,
                version: 'v1',
                description: 'x',
                system_template: `{{${name}}}`,
                allowed_tools: [name],
              },
            },
            tool_specs: { [name]: tool({ mock_result: { [name]: 1 } }) },
            workflow: {
              entry: name,
              states: {
                [name]: {
                  prompt_task: name,
                  on_event: { [name]: name },
                  artifacts: { [name]: {} },
                },
              },
            },
          },
          mock: {
            scenarios: {
              talk: {
                turns: {
                  1: { tool_calls: [{ name, arguments: { [name]: 1 } }] },
                  2: 'Done',
                },
              },
            },
          },
        }),
      );
      const report = await executeItem(folder);
      expect(report).toMatchObject({ status: 'passed', toolCalls: 1 });
      expect(report.parsed.messages[0].content).toBe('v');
      expect(report.parsed.messages[1].content).toBe('v');
    },
  );

  it('__proto__ changes nothing for anybody else', async () => {
    const folder = await writeBundle(
      filesOf({
        files: {
          'mock.yaml':
            '{"__proto__": {"polluted": 1}, "scenarios": {"talk": {"__proto__": {"polluted": 1}, "turns": {"1": {"tool_calls": [{"name": "a", "arguments": {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}}]}, "2": "Done"}}}}',
        },
        prompt: { allowed_tools: ['a'] },
        more: {
          tool_specs: {
            a: tool({ mock_template: '{"__proto__": {"polluted": 1}}' }),
          },
        },
      }),
    );
    const report = await executeItem(folder);
    expect(report.status).toBe('passed');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('names of files that lead elsewhere', () => {
  const secret = 'apiVersion: secret-of-the-machine';

  const NAMED: Array<[string, (file: string) => Hostile]> = [
    [
      'mock_config',
      file => ({
        more: {
          provider_specs: {
            mock: { type: 'mock', additional_config: { mock_config: file } },
          },
        },
      }),
    ],
    [
      'media of a turn',
      file => ({
        scenario: {
          turns: [
            {
              role: 'user',
              parts: [
                {
                  type: 'image',
                  media: { file_path: file, mime_type: 'image/png' },
                },
              ],
            },
          ],
        },
      }),
    ],
    ['scenarios', file => ({ more: { scenarios: [{ file }] } })],
    ['prompt_configs', file => ({ more: { prompt_configs: [{ file }] } })],
    ['providers', file => ({ more: { providers: [{ file }] } })],
    ['tools', file => ({ more: { tools: [{ file }] } })],
    ['personas', file => ({ more: { self_play: { personas: [{ file }] } } })],
    ['evals', file => ({ more: { evals: [{ file }] } })],
    [
      'output_schema of a step',
      file => ({
        more: {
          compositions: {
            a: {
              steps: [
                {
                  id: 's',
                  kind: 'prompt',
                  prompt_task: 'chat',
                  output_schema: file,
                },
              ],
            },
          },
        },
      }),
    ],
    ['skills', file => ({ more: { skills: [{ path: file }] } })],
    [
      'recordings',
      file => ({
        more: {
          scenario_specs: {},
          eval_specs: { e: { description: 'x', recording: { path: file } } },
        },
      }),
    ],
  ];

  const WAYS = ['../*/outside.yaml', 'link.yaml', '/dev/zero', 'a\u0000b'];

  it.each(
    NAMED.flatMap(([field, hostile]) =>
      WAYS.map(way => [field, way, hostile] as const),
    ),
  )('%s: %j is refused', async (_field, way, hostile) => {
    const outer = await writeBundle({ 'outside.yaml': secret });
    const folder = await writeBundle(
      filesOf(hostile(way.replace('*', path.basename(outer)))),
    );
    await symlink(
      path.join(outer, 'outside.yaml'),
      path.join(folder, 'link.yaml'),
    );
    let message: string | undefined;
    try {
      const report = await executeItem(folder);
      expect(report.status).toBe('errored');
      message = report.message;
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      message = error.message;
    }
    expect(message).toMatch(/outside|does not exist|not a file|null bytes/);
    expect(message).not.toContain('secret-of-the-machine');
  });
});
