import { MessagePart, ToolCall } from '../conversation/messages';
import { ProviderSpec } from '../bundle/schemas/provider';
import {
  ASK,
  ContractServer,
  HELLO,
  JSON_ANSWER,
  LOOKED_UP,
  startAimock,
  startOwnServer,
} from './__testUtils__/contractServers';
import { DIALECTS } from './__testUtils__/dialects';
import { chatRequest, openProvider } from './__testUtils__/openProvider';
import { ChatProvider, ChatRequest, ProviderError } from './ChatProvider';

/** The smallest image there is. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const TOOL = {
  name: 'look_up',
  description: 'Looks something up',
  inputSchema: {
    type: 'object',
    properties: { key: { type: 'string' } },
    required: ['key'],
  },
};

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
};

describe.each([
  { serverName: 'own server', start: startOwnServer, isOwn: true },
  { serverName: 'aimock', start: startAimock, isOwn: false },
])('providers against $serverName', ({ start, isOwn }) => {
  let server: ContractServer;
  const providers: ChatProvider[] = [];

  beforeAll(async () => {
    server = await start();
  });
  afterEach(async () => {
    await Promise.all(providers.splice(0).map(provider => provider.close()));
  });
  afterAll(() => server.stop());

  describe.each(DIALECTS.filter(({ inAimock }) => isOwn || inAimock))(
    '$name',
    ({ spec, countsCached = true, countsInAimock = true }) => {
      async function open(values: Partial<ProviderSpec> = {}) {
        const provider = await openProvider({
          ...spec(server.origin),
          pricing: {
            input_cost_per_1k: 1,
            output_cost_per_1k: 2,
            cached_cost_per_1k: 0.5,
          },
          ...values,
        });
        providers.push(provider);
        return provider;
      }

      function ask(
        text: string,
        values: Partial<ChatRequest> = {},
        parts?: MessagePart[],
      ): ChatRequest {
        return chatRequest({
          messages: [{ role: 'user', content: text, parts, turn: 0 }],
          ...values,
        });
      }

      async function failure(reply: Promise<unknown>): Promise<ProviderError> {
        const error: unknown = await reply.catch(e => e);
        if (error instanceof ProviderError) return error;
        throw new Error(`Not a provider's error: ${String(error)}`);
      }

      it('answers with text and says what it cost', async () => {
        const reply = await (await open()).chat(ask(ASK.text));
        expect(reply).toMatchObject({
          content: HELLO,
          toolCalls: [],
          finishReason: 'stop',
        });
        expect(reply.ttftMs).toBeUndefined();
        expect(reply.latencyMs).toBeGreaterThan(0);
        expect(server.lastBody()).toContain('Be brief.');
        if (!isOwn && !countsInAimock) return;
        const cached = isOwn && countsCached ? 400 : 0;
        expect(reply).toMatchObject({
          inputTokens: 1_000,
          outputTokens: 500,
          cachedTokens: cached,
        });
        expect(reply.cost).toBeCloseTo(1 + 1 - cached * 0.0005);
      });

      it('streams text, whose growth can be watched', async () => {
        const seen: string[] = [];
        const reply = await (
          await open()
        ).chat(
          ask(ASK.text, {
            stream: true,
            watch: text => {
              seen.push(text);
              return false;
            },
          }),
        );
        expect(reply).toMatchObject({ content: HELLO, finishReason: 'stop' });
        expect(reply.ttftMs).toBeGreaterThan(0);
        expect(reply.ttftMs).toBeLessThanOrEqual(reply.latencyMs);
        expect(seen.length).toBeGreaterThan(1);
        expect(seen.at(-1)).toBe(HELLO);
        seen.reduce((before, text) => {
          expect(text.startsWith(before)).toBe(true);
          return text;
        }, '');
      });

      it('cuts a stream when whoever watches has seen enough', async () => {
        const reply = await (
          await open()
        ).chat(
          ask(ASK.text, { stream: true, watch: text => text.length >= 5 }),
        );
        expect(reply.finishReason).toBe('cut');
        expect(reply.content.length).toBeGreaterThanOrEqual(5);
        expect(HELLO.startsWith(reply.content)).toBe(true);
        expect(reply.content).not.toBe(HELLO);
      });

      it.each([false, true])(
        'calls tools and reads their results (stream: %s)',
        async stream => {
          const provider = await open();
          const first = await provider.chat(
            ask(ASK.tools, { stream, tools: [TOOL] }),
          );
          expect(first).toMatchObject({
            content: 'Let me see.',
            finishReason: 'tool_calls',
            toolCalls: [{ name: 'look_up', arguments: { key: 'ä "1"' } }],
          });
          const [call] = first.toolCalls as [ToolCall];
          expect(call.id).not.toBe('');
          const second = await provider.chat(
            chatRequest({
              stream,
              tools: [TOOL],
              messages: [
                { role: 'user', content: ASK.tools, turn: 0 },
                {
                  role: 'assistant',
                  content: first.content,
                  toolCalls: first.toolCalls,
                  turn: 0,
                },
                {
                  role: 'tool',
                  content: '{"answer":42}',
                  toolResult: { id: call.id, name: call.name },
                  turn: 0,
                },
              ],
            }),
          );
          expect(second).toMatchObject({
            content: LOOKED_UP,
            finishReason: 'stop',
          });
          expect(server.lastBody()).toContain('answer');
        },
      );

      it.each([false, true])(
        'answers in JSON that fits a schema (stream: %s)',
        async stream => {
          const reply = await (
            await open()
          ).chat(
            ask(ASK.json, {
              stream,
              responseFormat: {
                type: 'json_schema',
                name: 'trip',
                schema: SCHEMA,
              },
            }),
          );
          expect(JSON.parse(reply.content)).toEqual(JSON.parse(JSON_ANSWER));
          expect(reply).toMatchObject({ finishReason: 'stop', toolCalls: [] });
        },
      );

      it('answers in JSON of any shape', async () => {
        const reply = await (
          await open()
        ).chat(ask(ASK.json, { responseFormat: { type: 'json_object' } }));
        expect(reply.content).toBe(JSON_ANSWER);
      });

      it('shows an image', async () => {
        const reply = await (
          await open()
        ).chat(
          ask(ASK.image, {}, [
            { type: 'text', text: ASK.image },
            { type: 'image', mimeType: 'image/png', data: PIXEL },
          ]),
        );
        expect(reply.content).toBe(HELLO);
      });

      // aimock keeps requests in the words of OpenAI, without what other vendors call images and formats.
      if (isOwn) {
        it('sends the image as it is, and the wish for JSON', async () => {
          await (
            await open()
          ).chat(
            ask(ASK.image, { responseFormat: { type: 'json_object' } }, [
              { type: 'image', mimeType: 'image/png', data: PIXEL },
            ]),
          );
          expect(server.lastBody()).toContain(PIXEL);
          expect(server.lastBody()).toMatch(/json/i);
        });
      }

      it('says that the limit of the output was reached', async () => {
        const reply = await (await open()).chat(ask(ASK.cutOff));
        // aimock ignores the finish reason for some vendors.
        expect(isOwn ? [reply.finishReason] : ['length', 'stop']).toContain(
          'length',
        );
        expect(reply.content).toBe('And then');
      });

      it('comes back after a refusal when the provider says so, and counts only the call that was answered', async () => {
        server.reset();
        const before = performance.now();
        const reply = await (await open()).chat(ask(ASK.limited));
        expect(reply.content).toBe(HELLO);
        const elapsed = performance.now() - before;
        expect(elapsed).toBeGreaterThanOrEqual(1_000);
        expect(reply.latencyMs).toBeLessThan(elapsed - 1_000);
      });

      it('tries again when the provider is broken, and then says so', async () => {
        const before = server.requests(ASK.broken);
        const error = await failure((await open()).chat(ask(ASK.broken)));
        expect(error).toMatchObject({
          errorClass: 'provider',
          retryable: true,
        });
        expect(error.message).toContain('HTTP 500');
        expect(error.message).toContain('something broke');
        expect(server.requests(ASK.broken) - before).toBe(3);
      });

      it('gives up on a server that does not answer', async () => {
        const provider = await open({
          request_timeout: '150ms',
          stream_retry: { enabled: false },
        });
        const error = await failure(
          provider.chat(ask(ASK.slow, { stream: true })),
        );
        expect(error).toMatchObject({ errorClass: 'timeout', retryable: true });
      });

      it('does not take a stream that breaks off for a reply', async () => {
        const provider = await open({ stream_retry: { enabled: false } });
        const error = await failure(
          provider.chat(ask(ASK.cut, { stream: true })),
        );
        expect(error).toMatchObject({
          errorClass: 'connection',
          retryable: true,
        });
      });

      it('says that an answer is none', async () => {
        const error = await failure((await open()).chat(ask(ASK.malformed)));
        expect(error).toMatchObject({
          errorClass: 'provider',
          retryable: true,
        });
        expect(error.message).toMatch(/is not an? .*: .*malformed/);
      });
    },
  );
});
