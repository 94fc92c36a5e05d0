import { call, checkInput, inBrief, run } from '../__testUtils__/checkInput';
import { Answer, json, TestServer } from '../__testUtils__/TestServer';
import { ConnectionSet } from '../../providers/http/ConnectionSet';
import { CheckInput } from '../Check';
import { MAX_ANSWER_BYTES } from './JsonEndpoint';

const server = new TestServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.received.length = 0;
  server.answer = json({ score: 1 });
});

function conversation(values: Partial<CheckInput> = {}): CheckInput {
  return checkInput({
    messages: [
      { role: 'user', content: 'When?', turn: 0 },
      { role: 'assistant', content: 'In 1932.', turn: 0 },
    ],
    output: 'In 1932.',
    toolCalls: [call('search', { q: 'bridge' }, { result: '{}' })],
    secret: name => (name === 'TOKEN' ? 's3cret' : undefined),
    ...values,
  });
}

describe('rest_eval', () => {
  it('sends the reply and the conversation, and takes the score', async () => {
    server.answer = json({ score: 0.4, reasoning: 'too short' });
    const outcome = await run(
      'strict',
      'rest_eval',
      {
        url: `${server.url}/score?v=1`,
        method: 'PUT',
        headers: { Authorization: 'Bearer ${TOKEN}' },
        criteria: 'accurate',
        extra: { team: 'a' },
        include_tool_calls: true,
      },
      conversation(),
    );
    expect(outcome).toEqual({ score: 0.4, explanation: 'too short' });
    expect(server.received).toMatchObject([
      {
        method: 'PUT',
        url: '/score?v=1',
        headers: {
          authorization: 'Bearer s3cret',
          'content-type': 'application/json',
        },
        body: {
          output: 'In 1932.',
          messages: [
            { role: 'user', content: 'When?' },
            { role: 'assistant', content: 'In 1932.' },
          ],
          tool_calls: [
            { name: 'search', arguments: { q: 'bridge' }, result: '{}' },
          ],
          criteria: 'accurate',
          extra: { team: 'a' },
        },
      },
    ]);
  });

  it('leaves out what is not wanted', async () => {
    await run(
      'strict',
      'rest_eval',
      { url: server.url, include_messages: false },
      conversation(),
    );
    expect(server.received[0].body).toEqual({ output: 'In 1932.' });
    await run(
      'strict',
      'rest_eval_session',
      { url: server.url },
      conversation(),
    );
    expect(server.received[1].body).toEqual({
      messages: expect.any(Array),
    });
  });

  const faults: Array<[string, Answer, RegExp]> = [
    ['status 500', json({ error: 'boom' }, 500), /HTTP 500: boom/],
    [
      'a redirect',
      response => {
        response.writeHead(302, { location: 'http://169.254.169.254/' });
        response.end();
      },
      /HTTP 302/,
    ],
    [
      'too much',
      response => {
        response.writeHead(200);
        response.end(Buffer.alloc(MAX_ANSWER_BYTES + 1, 'x'));
      },
      /larger than/,
    ],
    ['a cut connection', response => response.destroy(), /127\.0\.0\.1/],
    ['silence', () => {}, /No answer within 100 ms/],
  ];

  it.each(faults)(
    'fails in compatible runs and ends the item in strict ones on %s',
    async (_, answer, reason) => {
      server.answer = answer;
      const params = { url: server.url, timeout: '100ms' };
      const outcome = await run(
        'compatible',
        'rest_eval',
        params,
        conversation(),
      );
      expect(inBrief(outcome)).toBe('invalid');
      expect(outcome.explanation).toMatch(reason);
      await expect(
        run('strict', 'rest_eval', params, conversation()),
      ).rejects.toThrow(reason);
    },
  );

  it('does not send a request without its secret', async () => {
    const params = { url: server.url, headers: { 'x-key': '${MISSING}' } };
    await expect(
      run('strict', 'rest_eval', params, conversation()),
    ).rejects.toThrow('${MISSING} is not set');
    expect(server.received).toEqual([]);
  });

  it('stops when the item is stopped', async () => {
    server.answer = () => {};
    const controller = new AbortController();
    const running = run(
      'compatible',
      'rest_eval',
      { url: server.url },
      conversation({ signal: controller.signal }),
    );
    controller.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
  });

  it.each([
    ['compatible', 'no address', 0],
    ['compatible', '', 0],
    ['strict', 'no address', 'invalid'],
    ['strict', 'file:///etc/passwd', 'invalid'],
    ['compatible', 'file:///etc/passwd', 0],
  ] as const)(
    'refuses, in %s runs, the address "%s"',
    async (mode, url, brief) => {
      const outcome = await run(mode, 'rest_eval', { url }, conversation());
      expect(inBrief(outcome)).toBe(brief);
    },
  );

  it('reads an answer as that of a judge', async () => {
    server.answer = json({ verdict: 'good' });
    const params = { url: server.url };
    expect(
      inBrief(await run('compatible', 'rest_eval', params, conversation())),
    ).toBe(0);
    expect(
      inBrief(await run('strict', 'rest_eval', params, conversation())),
    ).toBe('invalid');
  });

  it('takes no score of another scale in strict runs', async () => {
    server.answer = json({ score: 4 });
    const params = { url: server.url, min_score: 0.5 };
    expect(
      inBrief(await run('compatible', 'rest_eval', params, conversation())),
    ).toBe(1);
    expect(
      inBrief(await run('strict', 'rest_eval', params, conversation())),
    ).toBe('invalid');
  });
});

describe('a2a_eval', () => {
  const parts = [{ kind: 'text', text: '{"score": 0.9, "reasoning": "good"}' }];

  it.each([
    ['a message', { kind: 'message', parts }],
    ['a task with artifacts', { kind: 'task', artifacts: [{ parts }] }],
    [
      'a task with a last message',
      { kind: 'task', status: { state: 'completed', message: { parts } } },
    ],
  ])('takes the score from %s', async (_, result) => {
    server.answer = json({ jsonrpc: '2.0', id: '1', result });
    const outcome = await run(
      'strict',
      'a2a_eval',
      {
        agent_url: `${server.url}/a2a`,
        auth_token: '${TOKEN}',
        criteria: 'accurate',
      },
      conversation(),
    );
    expect(outcome).toEqual({ score: 0.9, explanation: 'good' });
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      url: '/a2a',
      headers: { authorization: 'Bearer s3cret' },
      body: { jsonrpc: '2.0', method: 'message/send' },
    });
    const sent = JSON.stringify(server.received[0].body);
    expect(sent).toContain('<reply>\\nIn 1932.\\n</reply>');
    expect(sent).toContain('<criteria>\\naccurate\\n</criteria>');
  });

  it('shows the whole conversation to a session evaluator', async () => {
    server.answer = json({ result: { parts } });
    await run(
      'strict',
      'a2a_eval_session',
      { agent_url: server.url },
      conversation(),
    );
    const sent = JSON.stringify(server.received[0].body);
    expect(sent).toContain('User: When?\\n\\nAssistant: In 1932.');
    expect(sent).toContain('1. search');
  });

  it.each([
    [json({ error: { code: -32000, message: 'busy' } }), /busy/],
    [json({ result: { parts: [] } }), /no text/],
    [json('hello'), /no text/],
    [json({}, 401), /HTTP 401/],
  ])('says why there is no score: %#', async (answer, reason) => {
    server.answer = answer;
    const params = { agent_url: server.url };
    await expect(
      run('strict', 'a2a_eval', params, conversation()),
    ).rejects.toThrow(reason);
    expect(
      (await run('compatible', 'a2a_eval', params, conversation())).explanation,
    ).toMatch(reason);
  });
});

describe('services that checks ask', () => {
  it.each([
    ['rest_eval', () => ({ url: server.url })],
    ['a2a_eval', () => ({ agent_url: server.url })],
  ])('are reached over connections of the run: %s', async (type, params) => {
    const connections = new ConnectionSet();
    const input = conversation({ connections });
    server.answer = json({
      score: 1,
      result: { parts: [{ text: '{"score": 1}' }] },
    });
    const ask = () => run('strict', type, params(), input);
    expect(await ask()).toMatchObject({ score: 1 });
    await connections.close();
    await expect(ask()).rejects.toThrow('the run is over');
    expect(server.received).toHaveLength(1);
  });
});
