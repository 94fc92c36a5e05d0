import { AddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import { getCACertificates } from 'node:tls';
import { Readable } from 'node:stream';
import { Dispatcher, EnvHttpProxyAgent } from 'undici';

/** Options of {@link GuardedHttp}. */
export interface GuardedHttpOptions {
  policy: AddressPolicy;
  /** PEM of a CA beside those that the backend trusts. */
  ca?: string;
  /** Takes any certificate. */
  anyCertificate?: boolean;
}

/** A request. What sends something follows no redirects. */
export interface GuardedRequest {
  method?: 'GET' | 'HEAD' | 'POST';
  body?: string;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

/** Its answer. The body must be read or destroyed. */
export interface GuardedAnswer {
  status: number;
  /** By name in lower case; of several of one name the first. */
  headers: Record<string, string | undefined>;
  body: Readable;
  /** Where it came from in the end. */
  url: URL;
}

/** A server redirects too often. */
export class TooManyRedirectsError extends Error {
  readonly name = 'TooManyRedirectsError';
}

const MAX_REDIRECTS = 5;
const CONNECT_MS = 15_000;
const IDLE_MS = 60_000;

/**
 * Requests to servers that users name, through the proxies that the environment names. Only hosts that the administrator allows are asked,
 * also where a server redirects to; credentials go to the first one alone.
 */
export class GuardedHttp {
  readonly #policy: AddressPolicy;
  readonly #dispatcher: Dispatcher;
  /** Ends connections that are being made, which the dispatcher leaves to their time limit: also when it is closed, or a request aborted. */
  readonly #connecting = new AbortController();

  constructor(options: GuardedHttpOptions) {
    const { policy, ca, anyCertificate = false } = options;
    this.#policy = policy;
    const tls = {
      ...(ca && { ca: [...getCACertificates('default'), ca] }),
      rejectUnauthorized: !anyCertificate,
    };
    const limits = { timeout: CONNECT_MS, signal: this.#connecting.signal };
    this.#dispatcher = new EnvHttpProxyAgent({
      connect: { ...tls, ...limits, lookup: policy.lookup },
      // To a proxy, and through it; `connect` counts for neither.
      proxyTls: limits,
      requestTls: { ...tls, ...limits },
      headersTimeout: IDLE_MS,
      bodyTimeout: IDLE_MS,
    });
  }

  /** One whose signal aborts ends the others: they are all for one purpose. */
  async request(
    address: string | URL,
    request: GuardedRequest,
  ): Promise<GuardedAnswer> {
    let url = new URL(address);
    let headers = request.headers ?? {};
    for (let hops = 0; ; hops += 1) {
      this.#policy.check(url);
      const answer = await this.#send(url, { ...request, headers });
      const next =
        request.method === 'POST' ? undefined : redirection(answer, url);
      if (!next) return answer;
      answer.body.on('error', () => undefined).destroy();
      if (hops === MAX_REDIRECTS) {
        throw new TooManyRedirectsError(`${url.host} redirects too often`);
      }
      if (next.origin !== url.origin) headers = withoutCredentials(headers);
      url = next;
    }
  }

  async close(): Promise<void> {
    this.#connecting.abort();
    await this.#dispatcher.destroy();
  }

  async #send(url: URL, request: GuardedRequest): Promise<GuardedAnswer> {
    const { method = 'GET', body: content, signal } = request;
    const cut = () => this.#connecting.abort(signal.reason);
    signal.addEventListener('abort', cut, { once: true });
    try {
      const { statusCode, headers, body } = await this.#dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        body: content,
        headers: { 'user-agent': 'arena', ...request.headers },
        signal,
      });
      return {
        status: statusCode,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value[0] : value,
          ]),
        ),
        body,
        url,
      };
    } finally {
      signal.removeEventListener('abort', cut);
    }
  }
}

function redirection(answer: GuardedAnswer, url: URL): URL | undefined {
  const { location } = answer.headers;
  const isOne = [301, 302, 303, 307, 308].includes(answer.status);
  if (!isOne || !location || !URL.canParse(location, url.href)) {
    return undefined;
  }
  const next = new URL(location, url);
  return /^https?:$/.test(next.protocol) ? next : undefined;
}

function withoutCredentials(
  headers: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => name.toLowerCase() !== 'authorization',
    ),
  );
}
