import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { FetchResponse, HttpClient } from '../http/HttpClient';
import { MAX_MESSAGE_BYTES } from './limits';

/**
 * A fetch for the SDK that goes through the client's proxies, and follows the redirects that it does. Answers, and each event of streamed ones, have a largest size.
 */
export function limitedFetch(client: HttpClient): FetchLike {
  return async (url, init = {}) => {
    const { method = 'GET', body, signal } = init;
    if (body !== undefined && body !== null && typeof body !== 'string') {
      throw new Error('Only texts can be sent to an MCP server');
    }
    const { status, statusText, headers, ...answer } = answerOf(
      await client.request(
        {
          url: new URL(url),
          method,
          body: body ?? undefined,
          headers: new Headers(init.headers),
        },
        signal ?? undefined,
      ),
    );
    const isStream = /^text\/event-stream/i.test(headers['content-type'] ?? '');
    return new Response(answer.body && limited(answer.body, isStream), {
      status,
      statusText,
      headers,
    });
  };
}

function answerOf({ status, statusText, headers, body }: FetchResponse) {
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
