import { LLMock } from '@copilotkit/aimock';
import { MockLlmReply, startMockLlm } from '@backstage-arena/arena-devcluster';

/** What the servers answer, by the text of the last user message. */
export const ASK = {
  text: 'please say hello',
  tools: 'please look it up',
  json: 'please answer in JSON',
  image: 'please look at this',
  cutOff: 'please talk too long',
  limited: 'please come back later',
  broken: 'please break',
  slow: 'please take your time',
  cut: 'please hang up',
  malformed: 'please mumble',
} as const;

export const HELLO = 'Grüße 😀, nice to meet you all';
export const JSON_ANSWER = '{"city":"Rome","days":3}';
export const LOOKED_UP = 'It is 42';

export interface ContractServer {
  origin: string;
  /** How many requests carried this text of the user. */
  requests(text: string): number;
  /** Makes the server refuse the next request that is to be refused once. */
  reset(): void;
  /** The body of the latest request, as it came. */
  lastBody(): string;
  stop(): Promise<void>;
}

/** The project's own server. */
export async function startOwnServer(): Promise<ContractServer> {
  let lastBody = '';
  const limited = new Set<string>();
  const llm = await startMockLlm({
    reply: ({ messages, body, path, model }): MockLlmReply => {
      lastBody = JSON.stringify(body);
      const usage = { input: 1_000, output: 500, cached: 400 };
      const text = messages.findLast(({ role }) => role === 'user')?.content;
      switch (text) {
        case ASK.tools:
          return messages.some(({ role }) => role === 'tool')
            ? { text: LOOKED_UP, usage }
            : {
                text: 'Let me see.',
                toolCalls: [{ name: 'look_up', arguments: { key: 'ä "1"' } }],
              };
        case ASK.json:
          return lastBody.includes('give_answer')
            ? {
                toolCalls: [
                  { name: 'give_answer', arguments: JSON.parse(JSON_ANSWER) },
                ],
              }
            : { text: JSON_ANSWER };
        case ASK.cutOff:
          return { text: 'And then', finish: 'length', usage };
        case ASK.limited: {
          const key = `${path} ${model}`;
          if (limited.has(key)) return { text: HELLO };
          limited.add(key);
          return { status: 429, headers: { 'retry-after': '1' } };
        }
        case ASK.broken:
          return { status: 500, message: 'something broke' };
        case ASK.slow:
          return { stallAfterChunks: 0 };
        case ASK.cut:
          return { text: HELLO, cutAfterChunks: 2 };
        case ASK.malformed:
          return { raw: '{"malformed' };
        default:
          return { text: HELLO, usage };
      }
    },
  });
  return {
    origin: llm.origin,
    requests: text => llm.calls.filter(({ user }) => user === text).length,
    reset: () => limited.clear(),
    lastBody: () => lastBody,
    stop: () => llm.stop(),
  };
}

/**
 * An independent server. It cannot stay silent for ever, so that slowness is a delay far beyond the timeout; it cannot be told
 * how many tokens Ollama and Bedrock count, nor how many were cached.
 */
export async function startAimock(): Promise<ContractServer> {
  const mock = new LLMock({ port: 0 });
  mock.on(
    { userMessage: ASK.tools, hasToolResult: false },
    {
      content: 'Let me see.',
      toolCalls: [{ name: 'look_up', arguments: '{"key":"ä \\"1\\""}' }],
    },
  );
  mock.on({ userMessage: ASK.tools }, { content: LOOKED_UP });
  mock.on(
    { userMessage: ASK.json, toolName: 'give_answer' },
    { toolCalls: [{ name: 'give_answer', arguments: JSON_ANSWER }] },
  );
  mock.on({ userMessage: ASK.json }, { content: JSON_ANSWER });
  mock.on(
    { userMessage: ASK.cutOff },
    { content: 'And then', finishReason: 'length' },
  );
  mock.on(
    { userMessage: ASK.limited, sequenceIndex: 0 },
    { error: { message: 'slow down' }, status: 429, retryAfter: 1 },
  );
  mock.on({ userMessage: ASK.limited }, { content: HELLO });
  mock.on(
    { userMessage: ASK.broken },
    { error: { message: 'something broke' }, status: 500 },
  );
  mock.on(
    { userMessage: ASK.slow },
    { content: HELLO },
    { chaos: { latencyMs: 20_000 } },
  );
  mock.on(
    { userMessage: ASK.cut },
    { content: HELLO },
    { chunkSize: 5, truncateAfterChunks: 3 },
  );
  mock.on(
    { userMessage: ASK.malformed },
    { content: HELLO },
    { chaos: { malformedRate: 1 } },
  );
  mock.on(
    {},
    {
      content: HELLO,
      // Each vendor finds its own words.
      usage: {
        prompt_tokens: 1_000,
        completion_tokens: 500,
        input_tokens: 1_000,
        output_tokens: 500,
        promptTokenCount: 1_000,
        candidatesTokenCount: 500,
      },
    },
    { chunkSize: 5 },
  );
  const origin = await mock.start();
  const bodies = () =>
    mock.getRequests().map(({ body }) => JSON.stringify(body));
  return {
    origin,
    requests: text => bodies().filter(body => body.includes(text)).length,
    reset: () => mock.resetMatchCounts(),
    lastBody: () => bodies().at(-1) ?? '',
    stop: () => mock.stop(),
  };
}
