import { KubeApiError, KubeUnreachableError } from './kubeErrors';

const DEFAULT_TIMEOUT_MS = 30_000;

/** What matters of a request for how long it may take. */
export interface LimitedRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  signal?: AbortSignal;
  /** For the whole answer, or for its beginning when it is a stream. Default 30 s. */
  timeoutMs?: number;
}

/** Ends a request that takes too long, and tells that apart from a caller that gave up. */
export class TimeLimit {
  readonly signal: AbortSignal;
  readonly #request: LimitedRequest;
  readonly #timeoutMs: number;
  readonly #expired = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(request: LimitedRequest) {
    this.#request = request;
    this.#timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.signal = request.signal
      ? AbortSignal.any([request.signal, this.#expired.signal])
      : this.#expired.signal;
    this.#timer = setTimeout(
      () => this.#expired.abort(),
      this.#timeoutMs,
    ).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  explain(error: unknown): unknown {
    if (error instanceof KubeApiError || this.#request.signal?.aborted) {
      return error;
    }
    const { method = 'GET', path } = this.#request;
    return new KubeUnreachableError(
      this.#expired.signal.aborted
        ? `${method} ${path}: no answer within ${this.#timeoutMs} ms`
        : `${method} ${path} failed`,
      error,
    );
  }
}
