import path from 'node:path';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parse } from 'yaml';
import { lintManifest } from '../bundle/lintManifest';
import { MockFileBuilder } from './MockFileBuilder';
import { readConversation } from './readConversation';
import { RegressionScenarios } from './RegressionScenarios';
import { SavedConversation } from './SavedConversation';

const user = (content: string) => ({ role: 'user', content } as const);
const said = (content: string, ...tools: string[]) =>
  ({
    role: 'assistant',
    content,
    ...(tools.length
      ? { toolCalls: tools.map(name => ({ name, arguments: { a: 1 } })) }
      : {}),
  } as const);
const result = { role: 'tool', content: '{}' } as const;

function conversation(more: Partial<SavedConversation>): SavedConversation {
  return {
    id: 'one-mock',
    scenario: 'one',
    provider: 'mock',
    messages: [],
    checks: [],
    streamed: false,
    ...more,
  };
}

describe('MockFileBuilder', () => {
  const numbersOf = (saved: SavedConversation) => {
    const builder = new MockFileBuilder();
    builder.add(saved);
    const file = parse(builder.toYaml(), { mapAsMap: true });
    return [...file.get('scenarios').get('one').get('turns').keys()];
  };
  const messages = [
    user('a'),
    said('', 'look'),
    result,
    said('b'),
    user('c'),
    said('d'),
  ];

  it('numbers replies as the mock asks for them', () => {
    expect(numbersOf(conversation({ messages }))).toEqual([1, 2, 3]);
    // After a round of tools, a streamed turn skips a number.
    expect(numbersOf(conversation({ messages, streamed: true }))).toEqual([
      1, 2, 4,
    ]);
  });

  it('says so when the mock asks for two answers by one number', () => {
    const builder = new MockFileBuilder();
    const again = [...messages, user('e'), said('', 'look'), result, said('f')];
    builder.add(conversation({ messages: again }));
    expect(builder.warnings).toEqual([]);
    builder.add(conversation({ messages: again, streamed: true }));
    expect(builder.warnings).toEqual([
      'one-mock: the mock asks for answer 5 twice, and is given the second one',
    ]);
  });

  it('writes texts as texts, and calls with their arguments', () => {
    const builder = new MockFileBuilder();
    builder.setDefaultResponse('Sorry?');
    builder.add(conversation({ messages }));
    expect(builder.toYaml()).toBe(`defaultResponse: Sorry?
scenarios:
  one:
    turns:
      1:
        type: tool_calls
        content: ""
        tool_calls:
          - name: look
            arguments:
              a: 1
      2: b
      3: d
`);
  });

  it('lays new answers over those of a file, turn by turn', () => {
    const builder = new MockFileBuilder();
    builder.addFile(
      'defaultResponse: x\nselfplay: {p: {defaultResponse: y}}\nscenarios:\n  one: {defaultResponse: z, turns: {1: old, 2: kept}}\n  two: {turns: {1: kept}}\n',
    );
    builder.add(conversation({ messages: [user('a'), said('new')] }));
    expect(parse(builder.toYaml())).toEqual({
      defaultResponse: 'x',
      selfplay: { p: { defaultResponse: 'y' } },
      scenarios: {
        one: { defaultResponse: 'z', turns: { 1: 'new', 2: 'kept' } },
        two: { turns: { 1: 'kept' } },
      },
    });
    expect(Object.keys(parse(builder.toYaml('two')).scenarios)).toEqual([
      'two',
    ]);
    expect(() => builder.addFile('scenarios: 17')).toThrow('no mock file');
  });
});

describe('readConversation', () => {
  it('reads run files of the original', () => {
    expect(
      readConversation({
        RunID: 'R1',
        ScenarioID: 'one',
        ProviderID: 'p',
        Error: '',
        Messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: '', parts: [{ type: 'text', text: 'a' }] },
          {
            role: 'assistant',
            content: '',
            tool_calls: [{ id: '1', name: 't', args: '{"x":1}' }],
            meta: {
              assertions: {
                results: [
                  {
                    type: 'contains',
                    passed: false,
                    config: { type: 'contains', params: { patterns: ['b'] } },
                  },
                ],
              },
            },
          },
        ],
        conversation_assertions: {
          results: [{ type: 'min_length', passed: true }],
        },
      }),
    ).toEqual({
      id: 'R1',
      scenario: 'one',
      provider: 'p',
      streamed: false,
      messages: [
        { role: 'user', content: 'a' },
        {
          role: 'assistant',
          content: '',
          toolCalls: [{ name: 't', arguments: { x: 1 } }],
          checks: [
            { type: 'contains', passed: false, params: { patterns: ['b'] } },
          ],
        },
      ],
      checks: [{ type: 'min_length', passed: true }],
    });
  });

  it('tells other JSON from conversations that are not whole', () => {
    expect(readConversation({ items: [] })).toBeUndefined();
    expect(readConversation(17)).toBeUndefined();
    expect(() => readConversation({ version: 1, messages: 5 })).toThrow(
      'The transcript is not whole: scenario: ',
    );
  });
});

describe('RegressionScenarios', () => {
  const contains = { type: 'contains', params: { patterns: ['b'] } };
  const failed = conversation({
    id: 'Fehlgeschlagen: Öl/1',
    messages: [
      user('Hi {there}.'),
      { ...said('x'), checks: [{ ...contains, passed: false }] },
      user('Bye.'),
      {
        ...said('y'),
        checks: [
          { type: 'min_length', params: { min: 1 }, passed: true },
          { type: 'max_length', params: { max: 5 }, passed: false },
        ],
      },
    ],
    checks: [
      { type: 'regex', params: { pattern: 'b' }, passed: false, message: 'm' },
      { type: 'regex', params: { pattern: 'c' }, passed: false, skipped: true },
    ],
  });

  it('copies what users say and what failed', () => {
    const made = new RegressionScenarios({
      settings: () => ({ task_type: 'chat', variables: { a: 'b' } }),
    }).make(failed);
    expect(made?.id).toBe('fehlgeschlagen-l-1');
    expect(parse(made?.yaml ?? '')).toEqual({
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Scenario',
      metadata: {
        name: 'fehlgeschlagen-l-1',
        labels: { 'generated-from': 'one' },
      },
      spec: {
        task_type: 'chat',
        variables: { a: 'b' },
        description: 'Regression of one on mock',
        turns: [
          { role: 'user', content: 'Hi {there}.', assertions: [contains] },
          {
            role: 'user',
            content: 'Bye.',
            assertions: [{ type: 'max_length', params: { max: 5 } }],
          },
        ],
        conversation_assertions: [
          { type: 'regex', params: { pattern: 'b' }, message: 'm' },
        ],
      },
    });
  });

  it('makes files that are valid', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'arena-engine-'));
    try {
      const file = path.join(folder, 'a.scenario.yaml');
      const made = new RegressionScenarios().make(failed);
      await writeFile(file, made?.yaml ?? '');
      expect(await lintManifest(file)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('makes one scenario of conversations that say and fail the same', () => {
    const scenarios = new RegressionScenarios();
    expect(scenarios.make(failed)).toBeDefined();
    expect(scenarios.make({ ...failed, id: 'other' })).toBeUndefined();
    const all = new RegressionScenarios({ dedup: false });
    expect(all.make(failed)?.id).toBe('fehlgeschlagen-l-1');
    expect(all.make(failed)?.id).toBe('fehlgeschlagen-l-1-2');
  });

  it('takes the conversations and checks that are asked for', () => {
    const passed = conversation({ messages: [user('a'), said('b')] });
    const broken = { ...failed, error: 'timeout' };
    expect(new RegressionScenarios().make(passed)).toBeUndefined();
    expect(new RegressionScenarios().make(broken)).toBeDefined();
    expect(
      new RegressionScenarios({ take: 'passed' }).make(passed),
    ).toBeDefined();
    expect(
      new RegressionScenarios({ take: 'passed' }).make(broken),
    ).toBeUndefined();
    const regex = new RegressionScenarios({ checkType: 'regex' }).make(failed);
    expect(parse(regex?.yaml ?? '').spec.turns).toEqual([
      { role: 'user', content: 'Hi {there}.' },
      { role: 'user', content: 'Bye.' },
    ]);
    expect(
      new RegressionScenarios({ checkType: 'json_valid' }).make(failed),
    ).toBeUndefined();
  });

  it.each(['failed', 'all'] as const)(
    'counts what broke off before a check failed, and makes nothing of it (%s)',
    take => {
      const scenarios = new RegressionScenarios({ take });
      const away = conversation({
        messages: [user('a')],
        checks: [{ type: 'content_excludes', passed: true }],
        error: 'The model is away',
      });
      expect(scenarios.make(away)).toBeUndefined();
      expect(scenarios.make(failed)).toBeDefined();
      expect(scenarios.unjudged).toBe(1);
      expect(scenarios.warnings).toEqual([]);
    },
  );

  it('leaves out and names checks that would not be valid', () => {
    const scenarios = new RegressionScenarios();
    const made = scenarios.make({
      ...failed,
      checks: [{ type: 'nothing', passed: false }],
    });
    expect(
      parse(made?.yaml ?? '').spec.conversation_assertions,
    ).toBeUndefined();
    expect(scenarios.warnings).toEqual([
      expect.stringContaining(
        'a failed nothing is left out: type: Unknown check',
      ),
    ]);
  });
});
