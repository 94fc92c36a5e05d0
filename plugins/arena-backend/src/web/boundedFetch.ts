import { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ReportedError } from './ReportedError';
import { Web } from './Web';

/**
 * The fetch that an MCP client asks for: through the portal's proxies, and with a largest size of all that its requests are answered with.
 * What a server says about an error is left out.
 */
export function boundedFetch(web: Web, maxBytes: number): FetchLike {
  let bytes = 0;
  const count = (chunk: Uint8Array) => {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new ReportedError(`its answers have more than ${maxBytes} bytes`);
    }
  };
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
    if (!answer.ok) await answer.body?.cancel();
    const content = answer.ok ? answer.body : null;
    return new Response(content && counted(content, count), {
      status: answer.status,
      headers: Object.fromEntries([...answer.headers]),
    });
  };
}

function counted(
  body: AsyncIterable<Uint8Array>,
  count: (chunk: Uint8Array) => void,
): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) {
        controller.close();
        return;
      }
      try {
        count(value);
      } catch (error) {
        await chunks.return?.();
        throw error;
      }
      controller.enqueue(value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}
