import { IncomingHttpHeaders } from 'node:http';
import { Deadlines } from './Deadlines';
import { Exchange } from './Exchange';
import { Connections, openConnections } from './openConnections';

export interface HttpClientOptions {
  /** Scheme, host and port. */
  origin: string;
  /** A call without stream must be over by then, a stream must have begun; from the moment that the request is sent. */
  requestTimeoutMs: number;
  /** How long a stream may be silent. */
  streamIdleTimeoutMs: number;
  maxConnections?: number;
  /** Most connections, where others than this provider use them too. */
  poolSize?: number;
  idleConnectionMs: number;
}

export interface HttpRequest {
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
  /**
   * Gets each piece of a streamed answer, when there is one: answers that are errors, or plain JSON, are read as a whole.
   * `done` and `cut` end the call, the latter in the middle of the answer. An error fails it.
   */
  onData?: (chunk: Buffer, sentAt: number) => 'more' | 'done' | 'cut';
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Empty when it went to `onData`. */
  body: string;
  /** True when the body went to `onData`. */
  streamed: boolean;
  /** When the request went out on a connection, on the clock of `performance.now`. */
  sentAt: number;
  endedAt: number;
}

/** Posts to one server over connections that are kept between calls. */
export class HttpClient {
  private readonly connections: Connections;
  private readonly deadlines: Deadlines;

  constructor(private readonly options: HttpClientOptions) {
    const { origin, maxConnections, poolSize, idleConnectionMs } = options;
    this.connections = openConnections({
      origin,
      maxConnections,
      poolSize,
      idleConnectionMs,
    });
    this.deadlines = new Deadlines(options.requestTimeoutMs);
  }

  /** @throws ProviderError when no whole answer came, or the reason of the signal. */
  post(request: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange({
        request,
        limits: this.options,
        deadlines: this.deadlines,
        resolve,
        reject: error =>
          reject(request.signal.aborted ? request.signal.reason : error),
      });
      const { path, headers, body, onData } = request;
      this.connections.dispatcher.dispatch(
        {
          origin: this.options.origin,
          path,
          method: 'POST',
          headers,
          body,
          // The deadlines are ours.
          headersTimeout: 0,
          bodyTimeout: onData ? this.options.streamIdleTimeoutMs : 0,
        },
        exchange,
      );
    });
  }

  async close(): Promise<void> {
    this.deadlines.close();
    await this.connections.close();
  }
}
