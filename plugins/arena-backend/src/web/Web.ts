import { Dispatcher, EnvHttpProxyAgent, fetch, RequestInit } from 'undici';

/** Requests of controllers, through the proxies that the environment names. */
export interface Web {
  fetch(url: string | URL, init?: RequestInit): ReturnType<typeof fetch>;
  /**
   * Asks a server for as little as it can say: any answer but a fault of the server shows that it is there.
   *
   * @param method - `HEAD` unless the server takes it for an error
   * @returns why it is not reached, or undefined when it is.
   */
  probe(
    url: string,
    options: { timeoutMs: number; method?: 'HEAD' | 'GET' },
  ): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What a controller of ours waits for an answer at most. */
export const PROBE_TIMEOUT_MS = 5_000;

export function createWeb(): Web {
  // Made when it is first used: most portals have nothing to probe.
  let dispatcher: Dispatcher | undefined;
  const open = () => (dispatcher ??= new EnvHttpProxyAgent());
  return {
    fetch: (url, init) => fetch(url, { ...init, dispatcher: open() }),

    async probe(url, { timeoutMs, method = 'HEAD' }) {
      try {
        const { statusCode, body } = await open().request({
          origin: new URL(url).origin,
          path: pathOf(url),
          method,
          headers: { 'user-agent': 'arena' },
          signal: AbortSignal.timeout(timeoutMs),
        });
        // What it says does not matter, nor that it is cut off.
        body.on('error', () => undefined).destroy();
        return statusCode >= 500
          ? `${hostOf(url)} answered with HTTP ${statusCode}`
          : undefined;
      } catch (error) {
        return `${hostOf(url)} cannot be reached: ${describeFailure(
          error,
          timeoutMs,
        )}`;
      }
    },

    async close() {
      await dispatcher?.destroy();
    },
  };
}

/** What went wrong with a request, in the same words for the same cause: statuses must not change with every try. */
export function describeFailure(error: unknown, timeoutMs: number): string {
  const name: unknown = Reflect.get(Object(error), 'name');
  if (name === 'TimeoutError' || name === 'AbortError') {
    return `no answer within ${timeoutMs} ms`;
  }
  const cause: unknown = Reflect.get(Object(error), 'cause') ?? error;
  const code: unknown = Reflect.get(Object(cause), 'code');
  const message: unknown = Reflect.get(Object(cause), 'message');
  return String(message || code || cause);
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function hostOf(url: string): string {
  return new URL(url).host;
}
