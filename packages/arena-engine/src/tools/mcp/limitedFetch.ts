import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { fetch } from 'undici';
import { HttpClient } from '../http/HttpClient';
import { MAX_MESSAGE_BYTES } from './limits';

/**
 * A fetch for the SDK that goes through the client's proxies. Answers, and each event of streamed ones, have a largest size.
 */
export function limitedFetch(client: HttpClient): FetchLike {
  return async (url, init = {}) => {
    const { method, body, signal, redirect } = init;
    if (body !== undefined && body !== null && typeof body !== 'string') {
      throw new Error('Only texts can be sent to an MCP server');
    }
    const { status, statusText, headers, ...answer } = await answerOf(
      fetch(url, {
        method,
        body,
        signal,
        redirect,
        headers: Object.fromEntries(new Headers(init.headers).entries()),
        dispatcher: client.dispatcher,
      }),
    );
    const isStream = /^text\/event-stream/i.test(headers['content-type'] ?? '');
    return new Response(answer.body && limited(answer.body, isStream), {
      status,
      statusText,
      headers,
    });
  };
}

async function answerOf(answer: ReturnType<typeof fetch>) {
  const { status, statusText, headers, body } = await answer;
  return {
    status,
    statusText,
    headers: Object.fromEntries(headers.entries()),
    body,
  };
}

/** Passes a body on until it, or one of its events, is too large. */
function limited(
  body: AsyncIterable<Uint8Array>,
  isStream: boolean,
): ReadableStream<Uint8Array> {
  let bytes = 0;
  const chunks = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) {
        controller.close();
        return;
      }
      bytes += value.byteLength;
      if (bytes > MAX_MESSAGE_BYTES) {
        await chunks.return?.();
        throw new Error(
          `a message has more than the allowed ${MAX_MESSAGE_BYTES} bytes`,
        );
      }
      // A blank line ends an event.
      const end = isStream ? Buffer.from(value).lastIndexOf('\n\n') : -1;
      if (end >= 0) bytes = value.byteLength - end - 2;
      controller.enqueue(value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}
