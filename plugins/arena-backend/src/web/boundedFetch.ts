import { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { Web } from './Web';

/**
 * The fetch that the MCP client asks for: through the portal's proxies, and with a largest size of all that one request is answered
 * with.
 */
export function boundedFetch(web: Web, maxBytes: number): FetchLike {
  return async (url, { method, headers, body, signal } = {}) => {
    if (body && typeof body !== 'string') {
      throw new TypeError('The body of a request to an MCP server is a text');
    }
    const answer = await web.fetch(url, {
      method,
      headers: Object.fromEntries(new Headers(headers)),
      ...(body ? { body } : {}),
      signal,
    });
    return new Response(answer.body && bounded(answer.body, maxBytes), {
      status: answer.status,
      headers: Object.fromEntries([...answer.headers]),
    });
  };
}

function bounded(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  let bytes = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) {
        controller.close();
        return;
      }
      bytes += value.byteLength;
      if (bytes > maxBytes) {
        await chunks.return?.();
        throw new Error(`the answer has more than ${maxBytes} bytes`);
      }
      controller.enqueue(value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}
