import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';

const ANSWER = JSON.stringify({
  id: 'chatcmpl-rehearsal',
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'It is 7 degrees in Oslo.' },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 60, completion_tokens: 8 },
});

/** A server within this process that speaks as one of OpenAI does, and always says the same. */
export async function startScriptedModel(): Promise<{
  /** What a provider has as its `base_url`. */
  url: string;
  stop(): void;
}> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(ANSWER);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
