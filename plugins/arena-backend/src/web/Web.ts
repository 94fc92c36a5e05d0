import { createAddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import { Dispatcher, EnvHttpProxyAgent, fetch, RequestInit } from 'undici';
import { describeFailure, findReported } from './describeFailure';
import { askForWebSocket, isWebSocketRefusal } from './askForWebSocket';
import { isBehindProxy } from './isBehindProxy';
import { ReportedError } from './ReportedError';

/**
 * Requests of controllers, through the proxies that the environment names. Addresses come from objects of the API: only those that the
 * administrator allows are asked, and a server may not send the request on to another one.
 */
export interface Web {
  fetch(url: string | URL, init?: RequestInit): ReturnType<typeof fetch>;
  /**
   * Asks a server for as little as it can say: any answer but a fault of the server shows that it is there.
   *
   * @returns why it is not reached, or undefined when it is.
   */
  probe(url: string, options: ProbeOptions): Promise<string | undefined>;
  /**
   * Asks whether a WebSocket can be had, without opening one.
   *
   * @param url - beginning with `http` or `https`
   * @returns why not, or undefined when it can.
   */
  probeWebSocket(
    url: string,
    options: ProbeOptions,
  ): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Options of {@link Web.probe}. */
export interface ProbeOptions {
  timeoutMs: number;
}

/** What a controller of ours waits for an answer at most. */
export const PROBE_TIMEOUT_MS = 5_000;

const MAX_REDIRECTS = 5;

export function createWeb(options: { allowedHosts: readonly string[] }): Web {
  const policy = createAddressPolicy({
    ...options,
    setting: 'arena.discovery.allowedHosts',
    behindProxy: isBehindProxy(process.env),
  });
  // Made when it is first used: most portals have nothing to probe.
  let dispatcher: Dispatcher | undefined;
  const open = () =>
    (dispatcher ??= new EnvHttpProxyAgent({
      connect: { lookup: policy.lookup },
    }));

  const ask = async (
    address: string,
    { timeoutMs }: ProbeOptions,
    request: (url: URL, signal: AbortSignal) => Promise<string | undefined>,
  ) => {
    const url = new URL(address);
    try {
      policy.check(url);
      return await request(url, AbortSignal.timeout(timeoutMs));
    } catch (error) {
      const refusal = findReported(error);
      return refusal
        ? `${url.host} is not asked: ${refusal.message}`
        : `${url.host} cannot be reached: ${describeFailure(error, timeoutMs)}`;
    }
  };

  const statusOf = async (
    url: URL,
    method: 'HEAD' | 'GET',
    signal: AbortSignal,
  ) => {
    const { statusCode, body } = await open().request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { 'user-agent': 'arena' },
      signal,
    });
    // What it says does not matter, nor that it is cut off.
    body.on('error', () => undefined).destroy();
    return statusCode;
  };

  return {
    async fetch(address, init) {
      let url = new URL(address);
      for (let hops = 0; ; hops += 1) {
        policy.check(url);
        const answer = await fetch(url, {
          ...init,
          redirect: 'manual',
          dispatcher: open(),
        });
        const next = redirection(answer, url, init?.method);
        if (!next) return answer;
        await answer.body?.cancel();
        if (next.origin !== url.origin || hops === MAX_REDIRECTS) {
          throw new ReportedError(
            `it redirects to another server or too often (HTTP ${answer.status}): name the address itself`,
          );
        }
        url = next;
      }
    },

    probe: (address, probeOptions) =>
      ask(address, probeOptions, async (url, signal) =>
        serverFault(url, await statusOf(url, 'HEAD', signal)),
      ),

    probeWebSocket: (address, probeOptions) =>
      ask(address, probeOptions, async (url, signal) => {
        let status = await statusOf(url, 'GET', signal);
        // Some servers find their WebSockets for handshakes alone.
        if (!isWebSocketRefusal(status) && status < 500) {
          status = await askForWebSocket(open(), url, signal);
        }
        if (isWebSocketRefusal(status)) return undefined;
        return (
          serverFault(url, status) ??
          `${url.host} answers with HTTP ${status}: there is no WebSocket at ${url.pathname}`
        );
      }),

    async close() {
      await dispatcher?.destroy();
    },
  };
}

/** One text for all faults of a server, which come and go in turn where it is overloaded. */
function serverFault(url: URL, status: number): string | undefined {
  return status >= 500
    ? `${url.host} answers with a fault of the server (HTTP 5xx)`
    : undefined;
}

/** Where an answer sends the same request; a body is sent on only where the answer says so. */
function redirection(
  {
    status,
    headers,
  }: { status: number; headers: { get(name: string): string | null } },
  url: URL,
  method = 'GET',
): URL | undefined {
  const reads = method === 'GET' || method === 'HEAD';
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  if (!reads && status !== 307 && status !== 308) return undefined;
  const location = headers.get('location');
  return location !== null && URL.canParse(location, url.href)
    ? new URL(location, url)
    : undefined;
}
