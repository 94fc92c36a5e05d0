import { Dispatcher, EnvHttpProxyAgent, fetch } from 'undici';
import { metadataPolicy } from '../../providers/http/metadataPolicy';
import { ToolError } from '../ToolHandler';
import { HttpRequest } from './RequestBuilder';

export interface HttpResponse {
  status: number;
  /** By their names in lower case. */
  headers: Record<string, string>;
  /** Without parameters, lower case; empty when the server does not say. */
  contentType: string;
  body: Buffer;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Carries out requests of tools, through the proxies that the environment names. */
export class HttpClient {
  private open?: Dispatcher;

  /** Made when it is first used: most bundles make no requests. */
  get dispatcher(): Dispatcher {
    this.open ??= new EnvHttpProxyAgent({
      connect: { lookup: metadataPolicy.lookup },
    });
    return this.open;
  }

  /**
   * @param maxBytes - largest body for an answer of this type
   * @throws ToolError when there is no answer, or when it is too large.
   */
  async send(
    request: HttpRequest,
    options: {
      signal: AbortSignal;
      maxBytes: (contentType: string) => number;
    },
  ): Promise<HttpResponse> {
    const response = await this.request(request, options.signal);
    return readResponse(response, options.maxBytes);
  }

  /**
   * The answer with its body still to be read. Follows redirects that stay with the server.
   *
   * @throws ToolError when there is no answer, or a redirect to another server.
   */
  async request(
    request: HttpRequest,
    signal?: AbortSignal,
  ): Promise<FetchResponse> {
    let { url, method, body } = request;
    const headers = Object.fromEntries(request.headers.entries());
    for (let redirects = 0; ; redirects++) {
      const response = await this.fetch(url, { method, headers, body, signal });
      const location = response.headers.get('location');
      if (!REDIRECTS.has(response.status) || !location) return response;
      await response.body?.cancel();
      if (redirects === MAX_REDIRECTS) {
        throw new ToolError(`more than ${MAX_REDIRECTS} redirects`);
      }
      url = follow(url, location);
      if (response.status < 307 && method !== 'GET' && method !== 'HEAD') {
        method = 'GET';
        body = undefined;
        delete headers['content-type'];
      }
    }
  }

  async close(): Promise<void> {
    // Answers that nobody waits for any more would keep a graceful end waiting.
    await this.open?.destroy();
  }

  private async fetch(
    url: URL,
    init: {
      method: string;
      headers: Record<string, string>;
      body?: string;
      signal?: AbortSignal;
    },
  ): Promise<FetchResponse> {
    try {
      metadataPolicy.check(url);
      return await fetch(url, {
        ...init,
        redirect: 'manual',
        dispatcher: this.dispatcher,
      });
    } catch (error) {
      init.signal?.throwIfAborted();
      throw new ToolError(`${url.host} cannot be reached: ${describe(error)}`);
    }
  }
}

export type FetchResponse = Awaited<ReturnType<typeof fetch>>;

/** Headers with credentials travel along, so only the author's own server may send elsewhere. */
function follow(from: URL, location: string): URL {
  let to: URL;
  try {
    to = new URL(location, from);
  } catch {
    throw new ToolError(`${from.host} redirects to "${location}"`);
  }
  const isUpgrade =
    from.protocol === 'http:' &&
    to.protocol === 'https:' &&
    from.hostname === to.hostname &&
    from.port === '' &&
    to.port === '';
  if (to.origin !== from.origin && !isUpgrade) {
    throw new ToolError(
      `${from.host} redirects to ${to.origin}: redirects to another server are not followed`,
    );
  }
  return to;
}

async function readResponse(
  response: FetchResponse,
  maxBytes: (contentType: string) => number,
): Promise<HttpResponse> {
  const [type] = (response.headers.get('content-type') ?? '').split(';');
  const contentType = type.trim().toLowerCase();
  const max = maxBytes(contentType);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > max) {
        throw new ToolError(
          `the answer has more than the allowed ${max} bytes`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError(`the answer was cut off: ${describe(error)}`);
  }
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers.entries()),
    contentType,
    body: Buffer.concat(chunks),
  };
}

function describe(error: unknown): string {
  const cause: unknown = Reflect.get(Object(error), 'cause') ?? error;
  const message: unknown = Reflect.get(Object(cause), 'message');
  const code: unknown = Reflect.get(Object(cause), 'code');
  // Several addresses of one host fail together, with a code and no message.
  return String(message || code || cause);
}
