import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Message {
  role: string;
  content?: unknown;
}

interface Reply {
  text?: string;
  call?: { name: string; arguments: Record<string, unknown> };
}

/** An OpenAI-compatible server that answers by what was said, streamed where it is asked to. */
export class TalkingServer {
  readonly #server: Server;

  private constructor(answer: (messages: Message[]) => Reply) {
    this.#server = createServer(async (request, response) => {
      const { messages, stream } = await readBody(request);
      const { text = '', call } = answer(messages);
      const message = {
        role: 'assistant',
        content: text,
        ...(call
          ? {
              tool_calls: [
                {
                  index: 0,
                  id: `id-${messages.length}`,
                  type: 'function',
                  function: {
                    name: call.name,
                    arguments: JSON.stringify(call.arguments),
                  },
                },
              ],
            }
          : {}),
      };
      const finish = call ? 'tool_calls' : 'stop';
      if (!stream) {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            choices: [{ index: 0, finish_reason: finish, message }],
            usage: { prompt_tokens: 3, completion_tokens: 2 },
          }),
        );
        return;
      }
      response.setHeader('content-type', 'text/event-stream');
      const send = (value: unknown) =>
        response.write(`data: ${JSON.stringify(value)}\n\n`);
      send({ choices: [{ index: 0, delta: message }] });
      send({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
      response.end('data: [DONE]\n\n');
    });
  }

  static async start(
    answer: (messages: Message[]) => Reply,
  ): Promise<TalkingServer> {
    const server = new TalkingServer(answer);
    await new Promise<void>(resolve =>
      server.#server.listen(0, '127.0.0.1', resolve),
    );
    return server;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

async function readBody(
  request: IncomingMessage,
): Promise<{ messages: Message[]; stream?: boolean }> {
  return (await json(request)) as { messages: Message[]; stream?: boolean };
}
