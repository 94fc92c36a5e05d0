import { KubeConfig } from '@kubernetes/client-node';
import { createHash } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { KubeApiError } from './kubeErrors';
import { LimitedRequest, TimeLimit } from './TimeLimit';

const USER_AGENT = 'backstage-arena';
/** How long an idle connection is kept: shorter than API servers and load balancers keep theirs. */
const IDLE_MS = 30_000;

/** A request to an API server. */
export interface KubeRequest extends LimitedRequest {
  query?: Record<string, string | number | boolean | undefined>;
  body?: object;
  /** Default `application/json`. */
  contentType?: string;
}

/** The answer to a request: what it carries, and what the API server had to say about it. */
export interface KubeAnswer {
  body: unknown;
  /** Texts of `Warning` headers. */
  warnings: string[];
}

/** The server closed a kept connection just when it was used again. */
class StaleConnectionError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

const clients = new WeakMap<KubeConfig, KubeClient>();

/**
 * Requests to one API server over connections that are kept.
 *
 * @remarks
 * The library's own clients make a new connection, with a new TLS handshake, for each request, read whole answers, and know no time limits.
 * On `node:https`, because what a `KubeConfig` gives (client certificates, plugins that sign in, proxies) comes as options and agents of
 * that module.
 */
export class KubeClient {
  readonly #kubeConfig: KubeConfig;
  #agent: { key: string; agent: http.Agent } | undefined;

  private constructor(kubeConfig: KubeConfig) {
    this.#kubeConfig = kubeConfig;
  }

  /** The client of a configuration, the same for all who use it. */
  static for(kubeConfig: KubeConfig): KubeClient {
    const client = clients.get(kubeConfig) ?? new KubeClient(kubeConfig);
    clients.set(kubeConfig, client);
    return client;
  }

  /** @throws KubeApiError, KubeUnreachableError */
  async request(request: KubeRequest): Promise<KubeAnswer> {
    const limit = new TimeLimit(request);
    try {
      const response = await this.#send(request, limit.signal);
      const body = await readBody(response);
      failUnlessGood(request, response, body);
      return { body, warnings: readWarnings(response) };
    } catch (error) {
      throw limit.explain(error);
    } finally {
      limit.clear();
    }
  }

  /**
   * Begins to read an answer that goes on. Aborting the request's signal ends it.
   *
   * @throws KubeApiError, KubeUnreachableError
   */
  async open(request: KubeRequest): Promise<http.IncomingMessage> {
    const limit = new TimeLimit(request);
    try {
      const response = await this.#send(request, limit.signal);
      if (response.statusCode !== 200) {
        failUnlessGood(request, response, await readBody(response));
      }
      return response;
    } catch (error) {
      throw limit.explain(error);
    } finally {
      limit.clear();
    }
  }

  async #send(
    request: KubeRequest,
    signal: AbortSignal,
  ): Promise<http.IncomingMessage> {
    const { method = 'GET', body, contentType = 'application/json' } = request;
    const options: https.RequestOptions = { method, signal };
    await this.#kubeConfig.applyToHTTPSOptions(options);
    const payload = body && Buffer.from(JSON.stringify(body));
    const url = this.#url(request);
    const { request: send } = url.protocol === 'http:' ? http : https;
    const attempt = () =>
      new Promise<http.IncomingMessage>((resolve, reject) => {
        const sent = send(url, {
          ...options,
          agent: this.#keptAgent(options),
          headers: {
            ...options.headers,
            Accept: 'application/json',
            'User-Agent': USER_AGENT,
            ...(payload && {
              'Content-Type': contentType,
              'Content-Length': payload.length,
            }),
          },
        });
        sent.on('response', resolve);
        sent.on('error', error => {
          if (sent.reusedSocket && method === 'GET' && !signal.aborted) {
            reject(new StaleConnectionError(error));
          } else {
            reject(error);
          }
        });
        // Dead peers must be found out although a watch has nothing to send.
        sent.on('socket', socket => socket.setKeepAlive(true, IDLE_MS));
        sent.end(payload);
      });
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof StaleConnectionError)) throw error;
      }
    }
  }

  #url({ path, query = {} }: KubeRequest): URL {
    const server = this.#kubeConfig.getCurrentCluster()?.server ?? '';
    const url = new URL(`${server.replace(/\/+$/, '')}${path}`);
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined && value !== '') {
        url.searchParams.set(key, String(value));
      }
    }
    return url;
  }

  /** A new agent, with new connections, only when certificates have changed. */
  #keptAgent(options: https.RequestOptions): http.Agent | undefined {
    const cluster = this.#kubeConfig.getCurrentCluster();
    if (cluster?.proxyUrl) {
      return typeof options.agent === 'object' ? options.agent : undefined;
    }
    const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } =
      options;
    const identity = createHash('sha256')
      .update(JSON.stringify([ca, cert, key, pfx, passphrase]))
      .digest('hex');
    if (this.#agent?.key !== identity) {
      const kept = { keepAlive: true, timeout: IDLE_MS };
      this.#agent = {
        key: identity,
        agent: cluster?.server.startsWith('http:')
          ? new http.Agent(kept)
          : new https.Agent({
              ...kept,
              ca,
              cert,
              key,
              pfx,
              passphrase,
              servername,
              rejectUnauthorized,
            }),
      };
    }
    return this.#agent.agent;
  }
}

async function readBody(response: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = response.headers['content-type']?.includes('json');
  return isJson ? JSON.parse(text) : text;
}

function readWarnings({ headers }: http.IncomingMessage): string[] {
  return [
    ...(headers.warning ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g),
  ].map(([, text]) => text.replace(/\\(.)/g, '$1'));
}

function failUnlessGood(
  { method = 'GET', path }: KubeRequest,
  { statusCode = 0, headers }: http.IncomingMessage,
  body: unknown,
): void {
  if (statusCode >= 200 && statusCode < 300) return;
  throw new KubeApiError({
    request: `${method} ${path}`,
    code: statusCode,
    body,
    headers: Object.fromEntries(
      Object.entries(headers).map(([key, value]) => [key, String(value)]),
    ),
  });
}
