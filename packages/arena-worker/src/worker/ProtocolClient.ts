import { Readable } from 'node:stream';
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { z } from 'zod/v4';
import { Backoff, parseRetryAfter, pause } from './backoff';
import { WorkerLogger } from './WorkerLogger';

/** The backend refused a request, and asking again would not help. */
export class ProtocolError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ProtocolError';
    this.status = status;
  }
}

/** A request had no success for longer than the worker has patience. */
export class UnreachableError extends Error {
  /** The backend answered other requests in the meantime: it is there, only this does not work. */
  readonly answersOthers: boolean;

  constructor(message: string, options: { answersOthers?: boolean } = {}) {
    super(message);
    this.name = 'UnreachableError';
    this.answersOthers = options.answersOthers ?? false;
  }
}

/** What the worker sends: made anew for each try. */
export interface RequestBody {
  content: () => string | Readable;
  contentType: string;
  /** Bytes; for streams. */
  length?: number;
}

export interface ProtocolRequest {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  /** A function is asked anew for each try. */
  headers?: Record<string, string> | (() => Promise<Record<string, string>>);
  /** Statuses that are no error besides the 2xx. */
  alsoFine?: readonly number[];
  body?: RequestBody;
  signal?: AbortSignal;
  /** False: one try. Default: until it works, is refused, or patience ends. */
  retry?: boolean;
  /** Patience while the backend answers other requests, when that is to be shorter than the patience with a silent one. */
  patienceMs?: number;
  /** Between two tries, unless the backend asks for more. Default 5000. */
  longestWaitMs?: number;
  /** How long one try waits for the beginning of an answer. Default 60000. */
  answerTimeoutMs?: number;
}

export interface ProtocolClientOptions {
  baseUrl: string;
  token: string;
  logger: WorkerLogger;
  /** How long one request is made again, from its first failure on. */
  patienceMs: number;
}

/** Faults of this machine's disk: asking again does not help. */
const LOCAL_FAULTS = new Set(['EACCES', 'EDQUOT', 'EIO', 'ENOSPC', 'EROFS']);

/** Statuses that say "not now" instead of "no". */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * HTTP to the backend over connections that are kept. Asks again, with growing and jittered delays, when the backend is busy,
 * failing or away; `Retry-After` is honoured.
 */
export class ProtocolClient {
  readonly #options: ProtocolClientOptions;
  readonly #dispatcher: Dispatcher;
  readonly #origin: string;
  readonly #basePath: string;
  /** Of any request. */
  #lastAnswerAt = 0;

  constructor(options: ProtocolClientOptions) {
    this.#options = options;
    const url = new URL(options.baseUrl);
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/$/, '');
    const noProxy = process.env.no_proxy ?? process.env.NO_PROXY;
    this.#dispatcher = new EnvHttpProxyAgent({
      // A backend on the same machine is never behind a proxy.
      noProxy: [noProxy, 'localhost', '127.0.0.1', '[::1]']
        .filter(Boolean)
        .join(','),
      connections: 8,
      connect: { timeout: 10_000 },
      headersTimeout: 60_000,
      bodyTimeout: 60_000,
    });
  }

  /**
   * Sends JSON and reads JSON; the answer is checked against the schema.
   *
   * @param body - text is JSON already; a function is asked anew for each try
   */
  async post<T>(
    path: string,
    body: object | string | (() => object),
    schema: z.ZodType<T>,
    options: Pick<
      ProtocolRequest,
      'signal' | 'retry' | 'longestWaitMs' | 'answerTimeoutMs'
    > = {},
  ): Promise<T> {
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const content =
      typeof text === 'function' ? () => JSON.stringify(text()) : () => text;
    const request: ProtocolRequest = {
      method: 'POST',
      path,
      body: { content, contentType: 'application/json' },
      ...options,
    };
    return this.#json(request, schema);
  }

  /** Reads JSON, which is checked against the schema. */
  get<T>(
    path: string,
    schema: z.ZodType<T>,
    options: Pick<ProtocolRequest, 'signal' | 'patienceMs'> = {},
  ): Promise<T> {
    return this.#json({ method: 'GET', path, ...options }, schema);
  }

  /**
   * Gives a successful answer to `read`, as soon as its headers are there. When reading rejects, the request is made again.
   */
  async request<T>(
    request: ProtocolRequest,
    read: (response: Dispatcher.ResponseData<unknown>) => Promise<T>,
  ): Promise<T> {
    const { signal, retry = true, path, longestWaitMs = 5_000 } = request;
    const backoff = new Backoff({ firstMs: 100, longestMs: longestWaitMs });
    let failingSince: number | undefined;
    for (;;) {
      let problem: string;
      let isBusy = false;
      let retryAfterMs: number | undefined;
      try {
        const response = await this.#send(request);
        const { statusCode } = response;
        if (statusCode < 300 || request.alsoFine?.includes(statusCode)) {
          const result = await read(response);
          this.#lastAnswerAt = performance.now();
          return result;
        }
        const message = await readError(response);
        problem = `${path} was answered with status ${statusCode}: ${message}`;
        if (!TRANSIENT.has(statusCode)) {
          this.#lastAnswerAt = performance.now();
          throw new ProtocolError(statusCode, problem);
        }
        // A backend that says "too much at once" is well.
        if (statusCode === 429) {
          this.#lastAnswerAt = performance.now();
          isBusy = true;
        }
        retryAfterMs = parseRetryAfter(header(response.headers['retry-after']));
      } catch (error) {
        if (error instanceof ProtocolError || signal?.aborted) throw error;
        if (isLocalFault(error)) throw error;
        problem = `${path} got no answer: ${describe(error)}`;
      }
      if (!retry) throw new UnreachableError(problem);
      if (isBusy) failingSince = undefined;
      else {
        // Not since the last answer: heartbeats that work would keep a request alive that never does.
        failingSince ??= performance.now();
        this.#checkPatience(request, failingSince, problem);
      }
      const waitMs = backoff.nextMs(Math.min(retryAfterMs ?? 0, 60_000));
      this.#options.logger.debug('The backend is asked again', {
        problem,
        waitMs: Math.round(waitMs),
      });
      await pause(waitMs, signal);
      signal?.throwIfAborted();
    }
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #json<T>(request: ProtocolRequest, schema: z.ZodType<T>): Promise<T> {
    // Read within the retried part: a connection may also break in the middle of an answer.
    const { status, answer } = await this.request(request, async response => ({
      status: response.statusCode,
      answer: await response.body.text(),
    }));
    const parsed = schema.safeParse(answer === '' ? undefined : parse(answer));
    if (!parsed.success) {
      throw new ProtocolError(
        status,
        `The backend's answer to ${
          request.path
        } is not what the protocol says: ${z.prettifyError(parsed.error)}`,
      );
    }
    return parsed.data;
  }

  #checkPatience(
    request: ProtocolRequest,
    failingSince: number,
    problem: string,
  ): void {
    const { patienceMs } = this.#options;
    const answersOthers = this.#lastAnswerAt > failingSince;
    const failingMs = performance.now() - failingSince;
    const boundMs = answersOthers
      ? Math.min(patienceMs, request.patienceMs ?? Infinity)
      : patienceMs;
    if (failingMs <= boundMs) return;
    const seconds = Math.round(failingMs / 1000);
    throw new UnreachableError(
      answersOthers
        ? `The backend has failed the same request for ${seconds} s, giving up: ${problem}`
        : `The backend has not answered for ${seconds} s, giving up: ${problem}`,
      { answersOthers },
    );
  }

  async #send(
    request: ProtocolRequest,
  ): Promise<Dispatcher.ResponseData<unknown>> {
    const { body } = request;
    const more =
      typeof request.headers === 'function'
        ? await request.headers()
        : request.headers;
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.#options.token}`,
      accept: 'application/json',
      ...more,
    };
    if (body) headers['content-type'] = body.contentType;
    if (body?.length !== undefined) {
      headers['content-length'] = String(body.length);
    }
    return this.#dispatcher.request({
      origin: this.#origin,
      path: `${this.#basePath}${request.path}`,
      method: request.method,
      headers,
      body: body?.content(),
      signal: request.signal,
      headersTimeout: request.answerTimeoutMs,
    });
  }
}

function isLocalFault(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return LOCAL_FAULTS.has(String(code));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** The message of a Backstage error response, or the beginning of whatever came. */
async function readError(
  response: Dispatcher.ResponseData<unknown>,
): Promise<string> {
  const text = await response.body.text();
  const body = parse(text);
  if (typeof body === 'object' && body !== null && 'error' in body) {
    const { error } = body;
    if (typeof error === 'object' && error !== null && 'message' in error) {
      return String(error.message);
    }
  }
  return text.slice(0, 500) || 'no message';
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  // An AggregateError of several addresses has an empty message.
  const message = error.message || error.name;
  return code && !message.includes(code) ? `${message} (${code})` : message;
}
