import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';
import { CheckSet } from '../checks/CheckSet';
import { isSampled } from './isSampled';

afterEach(removeBundles);

describe('isSampled', () => {
  it('takes about the wanted share, and always the same texts', () => {
    const texts = Array.from(
      { length: 10_000 },
      (_, index) => `session-${index}`,
    );
    const sampled = texts.filter(text => isSampled(text, 20));
    expect(sampled.length).toBeGreaterThan(1_700);
    expect(sampled.length).toBeLessThan(2_300);
    expect(texts.filter(text => isSampled(text, 20))).toEqual(sampled);
    expect(texts.some(text => isSampled(text, 0))).toBe(false);
    expect(texts.every(text => isSampled(text, 100))).toBe(true);
  });
});

describe('checks that observe', () => {
  const spec = (packEvals: unknown[]) => ({
    'config.arena.yaml': arena({
      scenarios: { talk: { turns: [{ role: 'user', content: 'Hi' }] } },
      prompt: {
        evals: [
          { id: 'greets', type: 'contains', params: { patterns: ['Hello'] } },
        ],
      },
      more: { pack_evals: packEvals },
    }),
    'mock.yaml': { defaultResponse: 'Hello there' },
  });

  it('stand in the transcript and decide nothing', async () => {
    const folder = await writeBundle(
      spec([
        {
          id: 'brief',
          type: 'max_length',
          trigger: 'on_session_complete',
          params: { max: 5 },
          metric: { name: 'brevity', type: 'gauge' },
          threshold: { min_score: 0.9 },
          message: 'Be brief',
        },
        {
          id: 'long',
          type: 'max_length',
          params: { max: 5 },
          threshold: { passed: false },
        },
        {
          id: 'tools',
          type: 'no_tool_errors',
          when: { any_tool_called: true },
        },
        { id: 'judged', type: 'llm_judge', params: { criteria: 'kind' } },
        { id: 'turn', type: 'min_length', trigger: 'every_turn' },
        { id: 'off', type: 'min_length', enabled: false },
        {
          id: 'never',
          type: 'min_length',
          trigger: 'sample_sessions',
          sample_percentage: 0,
        },
      ]),
    );
    const report = await executeItem(folder);
    expect(report).toMatchObject({
      status: 'passed',
      checksTotal: 0,
      checksFailed: 0,
    });
    expect(report.parsed.evals).toEqual([
      {
        id: 'brief',
        type: 'max_length',
        passed: false,
        score: expect.any(Number),
        explanation: expect.any(String),
        metric: 'brevity',
        message: 'Be brief',
      },
      expect.objectContaining({ id: 'long', passed: true }),
      expect.objectContaining({ id: 'tools', skipped: true, passed: true }),
      expect.objectContaining({ id: 'judged', passed: false }),
      expect.objectContaining({ id: 'greets', passed: true, score: 1 }),
    ]);
  });

  it('are not content when nothing was judged, turned around or not', async () => {
    const folder = await writeBundle(
      spec([
        {
          id: 'judged',
          type: 'llm_judge',
          params: { criteria: 'kind' },
          threshold: { passed: false },
        },
        {
          id: 'condition',
          type: 'contains',
          params: { patterns: ['Hello'] },
          when: { tool_called_pattern: '(' },
        },
      ]),
    );
    const report = await executeItem(folder);
    expect(report.parsed.evals).toEqual([
      expect.objectContaining({
        passed: false,
        explanation: 'No judge is configured',
      }),
      expect.objectContaining({
        passed: false,
        explanation: expect.stringContaining('when.tool_called_pattern'),
      }),
      expect.objectContaining({ id: 'greets', passed: true }),
    ]);
    const compatible = await executeItem(folder, { compat: true });
    expect(compatible.parsed.evals).toMatchObject([
      { id: 'judged' },
      { id: 'condition', skipped: true },
      { id: 'greets' },
    ]);
  });

  it('can be left out, or be picked by type', async () => {
    const folder = await writeBundle(
      spec([{ id: 'brief', type: 'max_length', params: { max: 5 } }]),
    );
    const ids = async (options: Parameters<typeof executeItem>[1]) =>
      (await executeItem(folder, options)).parsed.evals?.map(({ id }) => id);
    expect(await ids({ skipPackEvals: true })).toBeUndefined();
    expect(await ids({ evalTypes: ['contains'] })).toEqual(['greets']);
  });

  it('are refused when nobody knows their type', async () => {
    const folder = await writeBundle(spec([{ id: 'odd', type: 'min_lenght' }]));
    const bundle = await loadBundle(folder);
    expect(() => bundle.plan({})).toThrow(
      'config.arena.yaml: the evaluation "odd" of pack_evals has the unknown type "min_lenght". Did you mean "min_length"?',
    );
  });
});

describe('evaluations of saved conversations', () => {
  const chat = (...said: string[]) => ({
    messages: said.map((content, index) => ({
      role: index % 2 ? 'assistant' : 'user',
      content,
    })),
  });
  const files = (more: Record<string, unknown> = {}) => ({
    'config.arena.yaml': arena({
      more: {
        evals: [{ file: 'evals/all.eval.yaml' }],
        eval_specs: {
          one: {
            description: 'One',
            recording: { path: 'saved/a.transcript.yaml' },
            conversation_assertions: [
              { type: 'contains', params: { patterns: ['bye'] } },
            ],
          },
        },
        ...more,
      },
    }),
    'evals/all.eval.yaml': {
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Eval',
      metadata: { name: 'all' },
      spec: {
        description: 'All',
        recording: { path: '../saved/*.transcript.yaml' },
        conversation_assertions: [
          { type: 'llm_judge', params: { criteria: 'kind' } },
        ],
      },
    },
    'saved/a.transcript.yaml': chat('Hi', 'Hello', 'Bye', 'Good bye'),
    'saved/b.transcript.yaml': chat('Hi', 'Hello'),
    'judge.yaml': { defaultResponse: '{"score": 1}' },
    'mock.yaml': {},
  });

  it('run once for each file, instead of scenarios that the bundle does not have', async () => {
    const bundle = await loadBundle(await writeBundle(files()));
    const { scenarios, providers, total } = bundle.plan({});
    expect(total).toBe(3);
    expect(providers).toMatchObject([{ id: 'eval', type: 'eval' }]);
    expect(scenarios.map(({ id, file }) => [id, file])).toEqual([
      ['all', 'saved/a.transcript.yaml'],
      ['all', 'saved/b.transcript.yaml'],
      ['one', 'saved/a.transcript.yaml'],
    ]);
    expect(new Set(scenarios.map(({ key }) => key)).size).toBe(3);
  });

  it('run beside scenarios only on request', async () => {
    const bundle = await loadBundle(
      await writeBundle(
        files({
          scenario_specs: { talk: { description: 'x', turns: [] } },
        }),
      ),
    );
    expect(bundle.plan({}).scenarios.map(({ id }) => id)).toEqual(['talk']);
    expect(
      bundle.plan({ evalIds: ['one'] }).scenarios.map(({ id }) => id),
    ).toEqual(['one']);
    expect(() => bundle.plan({ evalIds: ['oen'] })).toThrow(
      'Evaluation "oen" does not exist. Did you mean "one"?',
    );
  });

  it('ask judges, and count what they cost as all that was spent', async () => {
    const folder = await writeBundle(
      files({
        judges: [{ name: 'fair', provider: 'referee' }],
        provider_specs: {
          referee: {
            type: 'mock',
            additional_config: { mock_config: 'judge.yaml' },
          },
        },
      }),
    );
    const report = await executeItem(folder, { index: 1 });
    expect(report).toMatchObject({ status: 'passed', turns: 1 });
    expect(report.cost).toBeGreaterThan(0);
    const free = await executeItem(folder, { index: 2 });
    expect(free).toMatchObject({ status: 'passed', turns: 2, cost: 0 });
  });

  const turnsOf = () =>
    files({
      eval_specs: {
        turns: {
          description: 'Turns',
          recording: { path: 'saved/c.transcript.yaml' },
          turns: [
            {
              all_turns: {
                assertions: [
                  { type: 'content_excludes', params: { patterns: ['no'] } },
                ],
              },
            },
          ],
        },
      },
      evals: [],
    });

  it.each([
    [[{ role: 'user', content: 'Hi' }], 'has no reply that could be judged'],
    [
      [
        { role: 'user', content: 'Hi' },
        { role: 'robot', content: 'no' },
      ],
      'message 2 has the unknown role "robot"',
    ],
  ])('are errored when no reply can be read: %#', async (messages, reason) => {
    const folder = await writeBundle({
      ...turnsOf(),
      'saved/c.transcript.yaml': { messages },
    });
    const report = await executeItem(folder);
    expect(report).toMatchObject({
      status: 'errored',
      error: { class: 'bundle', message: expect.stringContaining(reason) },
    });
    expect(await executeItem(folder, { compat: true })).toMatchObject({
      status: 'passed',
    });
  });

  it('judge each reply that ends a turn, and let others work meanwhile', async () => {
    const messages = Array.from({ length: 400 }, (_, turn) => [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: 'let me see',
        toolCalls: [{ id: `c${turn}`, name: 'look', arguments: {} }],
      },
      { role: 'tool', content: 'x', toolResult: { id: `c${turn}` } },
      { role: 'assistant', content: turn === 399 ? 'no' : 'yes' },
    ]).flat();
    const folder = await writeBundle({
      ...turnsOf(),
      'saved/c.transcript.yaml': { messages },
    });
    let breaths = 0;
    let timer: NodeJS.Immediate | undefined;
    const breathe = () => {
      breaths += 1;
      timer = setImmediate(breathe);
    };
    // How often others had worked when each reply was judged.
    const seen = new Set<number>();
    const { run } = CheckSet.prototype;
    const spy = jest
      .spyOn(CheckSet.prototype, 'run')
      .mockImplementation(function judge(this: CheckSet, ...given) {
        seen.add(breaths);
        return run.apply(this, given);
      });
    breathe();
    const report = await executeItem(folder);
    clearImmediate(timer);
    spy.mockRestore();
    expect(seen.size).toBeGreaterThanOrEqual(20);
    expect(report).toMatchObject({
      status: 'failed',
      checksTotal: 400,
      checksFailed: 1,
      toolCalls: 400,
    });
  });

  it('may not look outside of the bundle', async () => {
    const folder = await writeBundle(
      files({
        eval_specs: {
          away: { description: 'x', recording: { path: '../away.json' } },
        },
      }),
    );
    await expect(loadBundle(folder)).rejects.toThrow(
      'The recording "../away.json" lies outside of the bundle',
    );
  });
});
