import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';

afterEach(removeBundles);

const turn = (content: string, assertions?: unknown[]) => ({
  role: 'user',
  content,
  assertions,
});

async function bundleOf(
  scenario: unknown,
  replies: Record<string, unknown>,
  spec: Parameters<typeof arena>[0] = {},
) {
  return writeBundle({
    'config.arena.yaml': arena({ ...spec, scenarios: { one: scenario } }),
    'mock.yaml': { scenarios: { one: { turns: replies } } },
  });
}

describe('a runner', () => {
  it('reports a passed conversation with its transcript', async () => {
    const folder = await bundleOf(
      {
        turns: [
          turn('Hello {{name}}', [
            { type: 'contains', params: { patterns: ['hi'] } },
          ]),
          turn('Bye'),
        ],
        variables: { name: 'Ada' },
        conversation_assertions: [{ type: 'min_length', params: { min: 2 } }],
      },
      { 1: 'Hi!', 2: 'See you' },
    );
    const report = await executeItem(folder, { attempt: 3 });
    expect(report).toMatchObject({
      index: 0,
      attempt: 3,
      status: 'passed',
      checksTotal: 2,
      checksFailed: 0,
      turns: 2,
      toolCalls: 0,
    });
    expect(report.cost).toBeGreaterThan(0);
    expect(report.parsed).toMatchObject({
      version: 1,
      scenario: 'one',
      provider: 'mock',
      messages: [
        { role: 'system', content: 'You help.' },
        { role: 'user', content: 'Hello Ada', turn: 0 },
        {
          role: 'assistant',
          content: 'Hi!',
          checks: [{ type: 'contains', passed: true }],
        },
        { role: 'user', content: 'Bye', turn: 1 },
        { role: 'assistant', content: 'See you' },
      ],
      checks: [{ type: 'min_length', level: 'conversation', passed: true }],
    });
  });

  it('ends at a failed turn check: failed in strict runs, an error in compatible ones', async () => {
    const folder = await bundleOf(
      {
        turns: [
          turn('a', [
            {
              type: 'contains',
              params: { patterns: ['no'] },
              message: 'Say no',
            },
          ]),
          turn('b'),
        ],
      },
      { 1: 'yes' },
    );
    const strict = await executeItem(folder);
    expect(strict).toMatchObject({
      status: 'failed',
      turns: 1,
      message: 'contains: Say no (Missing in the reply: "no")',
    });
    expect(strict.error).toBeUndefined();
    const compatible = await executeItem(folder, { compat: true });
    expect(compatible.status).toBe('errored');
    // Not a fault of the infrastructure: nothing to retry.
    expect(compatible.error).toBeUndefined();
  });

  it.each([
    [
      'unknown parameters',
      { type: 'contains', params: { patterns: ['y'], words: [] } },
    ],
    [
      'parameters of a wrong type',
      { type: 'max_length', params: { max: '50' } },
    ],
    [
      'a quoted threshold',
      { type: 'contains', params: { patterns: ['y'], min_score: '0' } },
    ],
    ['missing parameters', { type: 'regex' }],
  ])('fails a check with %s in strict runs', async (_, check) => {
    const folder = await bundleOf(
      { turns: [turn('a', [check])] },
      { 1: 'yes' },
    );
    const report = await executeItem(folder);
    expect(report.status).toBe('failed');
    expect(report.message).toContain(`${check.type} cannot be judged: params.`);
  });

  it('skips a conversation check whose condition is not met, and counts it only in compatible runs', async () => {
    const folder = await bundleOf(
      {
        turns: [turn('a')],
        conversation_assertions: [
          {
            type: 'contains',
            params: { patterns: ['x'] },
            when: { any_tool_called: true },
          },
        ],
      },
      { 1: 'y' },
    );
    expect((await executeItem(folder)).status).toBe('passed');
    expect((await executeItem(folder, { compat: true })).status).toBe('failed');
  });

  it('stops without a report when the item is aborted', async () => {
    const folder = await bundleOf(
      { turns: [turn('a')] },
      { 1: 'y' },
      {
        provider: {
          additional_config: { mock_config: 'mock.yaml', latency_ms: 5_000 },
        },
      },
    );
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('cancelled')), 20);
    const start = performance.now();
    await expect(executeItem(folder, { signal: abort.signal })).rejects.toThrow(
      'cancelled',
    );
    expect(performance.now() - start).toBeLessThan(2_000);
    await expect(
      executeItem(folder, { signal: AbortSignal.abort(new Error('too late')) }),
    ).rejects.toThrow('too late');
  });

  it('stops before the call when the lease is lost, with the reason of whoever says so', async () => {
    const folder = await bundleOf(
      { turns: [turn('a'), turn('b')] },
      { 1: 'x', 2: 'y' },
    );
    const lost = new Error('lease lost');
    let calls = 0;
    const run = executeItem(folder, {
      beforeCall: async () => {
        calls++;
        if (calls === 2) throw lost;
      },
    });
    await expect(run).rejects.toBe(lost);
    expect(calls).toBe(2);
  });

  it('reports an item that takes too long, with what there is of it', async () => {
    const folder = await bundleOf(
      { turns: [turn('a')] },
      { 1: 'y' },
      {
        provider: {
          additional_config: { mock_config: 'mock.yaml', latency_ms: 5_000 },
        },
      },
    );
    const report = await executeItem(folder, { itemTimeoutMs: 30 });
    expect(report).toMatchObject({
      status: 'errored',
      error: {
        class: 'timeout',
        retryable: true,
        message: expect.stringContaining('30 ms'),
      },
    });
    expect(report.parsed.messages).toHaveLength(2);
  });

  it.each([
    ['max_tool_calls_per_turn', 1, 2],
    ['max_total_tool_calls', 2, 1],
  ])(
    'holds strict runs to %s, and lets compatible ones go on',
    async (limit, perTurn, total) => {
      const folder = await writeBundle({
        'config.arena.yaml': arena({
          prompt: { allowed_tools: ['look'] },
          more: {
            tool_specs: {
              look: {
                description: 'Looks',
                mode: 'mock',
                input_schema: { type: 'object' },
                output_schema: {},
              },
            },
          },
          scenarios: {
            one: {
              turns: [turn('Look twice')],
              tool_policy: {
                tool_choice: 'auto',
                max_tool_calls_per_turn: perTurn,
                max_total_tool_calls: total,
              },
            },
          },
        }),
        'mock.yaml': {
          scenarios: {
            one: {
              turns: {
                1: {
                  tool_calls: [
                    { name: 'look', arguments: { at: 'a' } },
                    { name: 'look', arguments: { at: 'b' } },
                  ],
                },
                2: 'Seen',
              },
            },
          },
        },
      });
      const strict = await executeItem(folder);
      expect(strict.status).toBe('failed');
      expect(strict.message).toContain(`${limit} is 1`);
      expect(await executeItem(folder, { compat: true })).toMatchObject({
        status: 'passed',
        toolCalls: 2,
      });
    },
  );

  it.each([
    ['a task type that no prompt has', { task_type: 'nobody' }, {}, 'nobody'],
    [
      'a required variable without a value',
      {},
      { variables: [{ name: 'city', required: true }] },
      'city',
    ],
  ])(
    'errs in strict runs on %s, where compatible ones speak with a stock prompt',
    async (_, scenario, prompt, named) => {
      const folder = await bundleOf(
        { turns: [turn('Hi')], ...scenario },
        { 1: 'Hello' },
        { prompt },
      );
      expect(await executeItem(folder)).toMatchObject({
        status: 'errored',
        error: {
          class: 'bundle',
          message: expect.stringContaining(named),
        },
      });
      const compatible = await executeItem(folder, { compat: true });
      expect(compatible.status).toBe('passed');
      expect(compatible.parsed.messages[0].content).toBe(
        'You are a helpful assistant.',
      );
    },
  );

  it('counts faults of the bundle as errors that no retry cures', async () => {
    const folder = await bundleOf(
      { turns: [{ role: 'narrator' }], providers: ['mock', 'ghost'] },
      {},
    );
    expect(await executeItem(folder)).toMatchObject({
      status: 'errored',
      error: {
        class: 'bundle',
        retryable: false,
        message: expect.stringContaining('narrator'),
      },
    });
    expect(await executeItem(folder, { index: 1 })).toMatchObject({
      status: 'errored',
      error: {
        class: 'bundle',
        message: expect.stringContaining('"ghost" does not exist'),
      },
    });
  });

  it('cuts a long transcript to its limit and says so', async () => {
    const folder = await bundleOf(
      { turns: Array.from({ length: 30 }, () => turn('é'.repeat(5_000))) },
      {},
    );
    for (const maxTranscriptBytes of [100_000, 8_000, 2_000]) {
      const report = await executeItem(folder, { maxTranscriptBytes });
      expect(Buffer.byteLength(report.transcript ?? '')).toBeLessThanOrEqual(
        maxTranscriptBytes,
      );
      expect(report.parsed.truncated).toBe(true);
      expect(report.parsed.messages.length).toBeGreaterThan(0);
      expect(report.transcript).not.toContain('\ufffd');
    }
  });

  it('fills variants in, and keeps items apart that run at the same time', async () => {
    const folder = await bundleOf(
      {
        turns: [
          {
            ...turn('room {room}'),
            perturbations: { room: ['101', '102', '103'] },
          },
        ],
        trials: 50,
      },
      {},
    );
    const bundle = await loadBundle(folder);
    const plan = bundle.plan({});
    expect(plan.total).toBe(150);
    const runner = await bundle.runner(plan, { compat: false });
    const signal = new AbortController().signal;
    const reports = await Promise.all(
      Array.from({ length: plan.total }, (_, i) =>
        runner.execute(i, { attempt: 1, signal }),
      ),
    );
    await runner.close();
    expect(reports.map(({ index }) => index)).toEqual([...Array(150).keys()]);
    const rooms = reports.map(
      ({ transcript }) => JSON.parse(transcript ?? '').messages[1].content,
    );
    expect(new Set(rooms.slice(0, 50))).toEqual(new Set(['room 101']));
    expect(new Set(rooms.slice(100))).toEqual(new Set(['room 103']));
  });

  it('says when the answers of a mock are missing: a fault in strict runs, a generic answer in compatible ones', async () => {
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        scenarios: { one: { turns: [turn('a')] } },
      }),
    });
    await expect(executeItem(folder)).rejects.toThrow(
      /mock_config of provider "mock"/,
    );
    expect((await executeItem(folder, { compat: true })).status).toBe('passed');
    const outside = await writeBundle({
      'config.arena.yaml': arena({
        scenarios: { one: { turns: [turn('a')] } },
        provider: { additional_config: { mock_config: '/etc/passwd' } },
      }),
    });
    await expect(executeItem(outside)).rejects.toThrow(/lies outside/);
  });

  it('reads media and mock files from the folder that the arena file names', async () => {
    const picture = (file: string) => ({
      role: 'user',
      parts: [
        { type: 'image', media: { file_path: file, mime_type: 'image/png' } },
      ],
    });
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        scenarios: {
          a: { turns: [picture('dot.png')] },
          b: { turns: [picture('assets/dot.png')] },
        },
        more: { defaults: { config_dir: 'assets' } },
      }),
      'assets/dot.png': 'not really',
      'assets/mock.yaml': 'defaultResponse: Seen.\n',
    });
    const seen = await executeItem(folder);
    expect(seen.status).toBe('passed');
    expect(seen.parsed.messages[2].content).toBe('Seen.');
    const missing = await executeItem(folder, { index: 1 });
    expect(missing.message).toContain('"assets/dot.png" does not exist');
  });

  it('takes limits of 0 and less for the default', async () => {
    const folder = await bundleOf(
      {
        turns: [turn('Hi')],
        tool_policy: {
          tool_choice: 'auto',
          max_tool_calls_per_turn: 0,
          max_total_tool_calls: -1,
          max_rounds: -1,
          max_cost_usd: -1,
          max_identical_tool_calls: -1,
        },
      },
      { 1: { tool_calls: [{ name: 'look' }] }, 2: 'Done' },
      {
        prompt: { allowed_tools: ['look'] },
        more: {
          tool_specs: {
            look: {
              description: 'Looks',
              input_schema: { type: 'object' },
              output_schema: {},
              mode: 'mock',
              mock_result: 'a tree',
            },
          },
        },
      },
    );
    const { status, parsed } = await executeItem(folder);
    expect(status).toBe('passed');
    expect(parsed.messages.map(({ content }) => content).slice(-2)).toEqual([
      'a tree',
      'Done',
    ]);
  });

  it('keeps secrets out of transcripts and messages', async () => {
    const folder = await bundleOf(
      { turns: [turn('a')] },
      {},
      {
        provider: {
          type: 'openai',
          base_url: 'http://127.0.0.1:1/TOP-SECRET-1',
          credential: { credential_env: 'KEY' },
        },
      },
    );
    const report = await executeItem(folder, {
      secret: name => (name === 'KEY' ? 'ECONNREFUSED' : undefined),
    });
    expect(report.status).toBe('errored');
    expect(JSON.stringify(report)).not.toContain('ECONNREFUSED');
    expect(report.error?.message).toContain('[redacted]');
  });

  it('fails the calls of a provider whose key is missing, and names the variable', async () => {
    const folder = await bundleOf(
      { turns: [turn('a')] },
      {},
      {
        provider: { type: 'openai', credential: { credential_env: 'MY_KEY' } },
      },
    );
    expect(
      await executeItem(folder, { secret: () => undefined }),
    ).toMatchObject({
      status: 'errored',
      error: {
        class: 'auth',
        retryable: false,
        message: expect.stringContaining('MY_KEY'),
      },
    });
  });
});
