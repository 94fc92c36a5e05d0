import { request } from 'undici';
import { ProviderError } from '../../providers/ChatProvider';
import { ConnectionSet } from '../../providers/http/ConnectionSet';
import { statusError } from '../../providers/http/httpErrors';
import { SecretReader } from '../../providers/SecretReader';
import { tidyError } from '../../providers/tidyError';
import { timerMs } from '../../util/timerMs';

/** Largest answer. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

export interface JsonEndpointOptions {
  timeoutMs: number;
  method?: 'POST' | 'PUT' | 'PATCH' | 'GET';
}

export interface JsonRequest {
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  signal: AbortSignal;
  connections: ConnectionSet;
}

/** An HTTP address that answers in JSON or text. Honours proxies and extra certificates; follows no redirects. */
export class JsonEndpoint {
  private readonly url: URL;

  /** @throws TypeError when the address is none. */
  constructor(url: string, private readonly options: JsonEndpointOptions) {
    this.url = new URL(url);
    if (!['http:', 'https:'].includes(this.url.protocol)) {
      throw new TypeError(`${url} is no http:// or https:// address`);
    }
  }

  /**
   * @returns The text of the answer, without secrets of the request.
   * @throws ProviderError naming the host, when there is no answer of status 2xx within the limits of time and size.
   */
  async send({
    headers,
    body,
    signal,
    connections,
  }: JsonRequest): Promise<string> {
    const { timeoutMs, method = 'POST' } = this.options;
    // Servers repeat what they refuse, and whoever shows it may cut it.
    const secrets = new SecretReader(() => undefined);
    secrets.rememberFields(headers);
    const timeout = AbortSignal.timeout(timerMs(timeoutMs));
    try {
      const response = await request(this.url, {
        dispatcher: connections.to(this.url.origin),
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, timeout]),
      });
      const text = secrets.redact(await readBounded(response.body));
      if (response.statusCode < 200 || response.statusCode > 299) {
        throw tidyError(
          statusError(response.statusCode, response.headers, text),
          secrets,
        );
      }
      return text;
    } catch (error) {
      signal.throwIfAborted();
      throw this.inWords(
        timeout.aborted
          ? new ProviderError(
              'timeout',
              `No answer within ${timeoutMs} ms`,
              true,
            )
          : error,
      );
    }
  }

  /** The same error with the host that it is about. */
  private inWords(error: unknown): ProviderError {
    const { host } = this.url;
    return error instanceof ProviderError
      ? new ProviderError(
          error.errorClass,
          `${host}: ${error.message}`,
          error.retryable,
        )
      : new ProviderError('connection', `${host}: ${messageOf(error)}`, true);
  }
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop closes the connection.
    if (size > MAX_ANSWER_BYTES) {
      throw new ProviderError(
        'provider',
        `The answer is larger than ${MAX_ANSWER_BYTES} bytes`,
        false,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node leaves the message of a failed connection to several addresses empty.
  return (
    error.message ||
    (error.cause instanceof Error ? error.cause.message : error.name)
  );
}
