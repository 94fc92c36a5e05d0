// A model server that answers chat completions at once, or streams them with the delays of a real model. Says its port to its parent.
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import {
  ARRIVALS_PATH,
  FIRST_TOKEN_MS,
  CHUNK_MS,
  CHUNKS,
  TOOL,
} from './profile';

const ANSWER = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: `The answer is 42. ${'It was given at once. '.repeat(20)}`,
        },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 60, completion_tokens: 110 },
  }),
);

function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;
}

const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** The first chunk says how long it was held back really, so that delays of this process are not taken for the client's. */
async function stream(
  response: ServerResponse,
  arrived: number,
  wantsTool: boolean,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  await wait(FIRST_TOKEN_MS);
  const held = performance.now() - arrived;
  response.write(chunk({ role: 'assistant', content: `${held} ` }));
  for (let n = 1; n < CHUNKS; n += 1) {
    await wait(CHUNK_MS);
    response.write(chunk({ content: `word ${n} of the answer, ` }));
  }
  if (wantsTool) {
    response.write(
      chunk({
        tool_calls: [
          {
            index: 0,
            id: `call_${arrived}`,
            function: { name: TOOL, arguments: '{"city":"Oslo"}' },
          },
        ],
      }),
    );
  }
  response.write(chunk({}, wantsTool ? 'tool_calls' : 'stop'));
  response.write(
    `data: ${JSON.stringify({
      choices: [],
      usage: { prompt_tokens: 60, completion_tokens: CHUNKS * 6 },
    })}\n\n`,
  );
  response.end('data: [DONE]\n\n');
}

/** When requests came, in milliseconds; absent while nobody wants to know. */
let arrivals: number[] | undefined;

/** PUT: from now on. GET: so far, and no longer. */
function tellArrivals(method: string | undefined): string {
  const seen = arrivals ?? [];
  arrivals = method === 'PUT' ? [] : undefined;
  return JSON.stringify(method === 'PUT' ? [] : seen);
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const arrived = performance.now();
  if (request.url === ARRIVALS_PATH) {
    response.end(tellArrivals(request.method));
    return;
  }
  arrivals?.push(arrived);
  const parts: Buffer[] = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    if (!body.includes('"stream":true')) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': ANSWER.length,
      });
      response.end(ANSWER);
      return;
    }
    stream(response, arrived, !body.includes('"role":"tool"')).catch(error =>
      response.destroy(error),
    );
  });
}

const server = createServer({ keepAliveTimeout: 60_000 }, answer);
server.listen(0, '127.0.0.1', 4_096, () => {
  const { port } = server.address() as AddressInfo;
  process.send!({ bench: { url: `http://127.0.0.1:${port}/v1` } });
});
process.on('disconnect', () => process.exit(0));
