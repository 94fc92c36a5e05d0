import { IncomingHttpHeaders } from 'node:http';
import { Dispatcher } from 'undici';
import { ProviderError } from '../ChatProvider';
import { Deadlines } from './Deadlines';
import { networkError } from './httpErrors';
import type { HttpAnswer, HttpClientOptions, HttpRequest } from './HttpClient';

/** Largest answer that is read. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface ExchangeOptions {
  request: HttpRequest;
  limits: Pick<HttpClientOptions, 'requestTimeoutMs' | 'streamIdleTimeoutMs'>;
  deadlines: Deadlines;
  resolve: (answer: HttpAnswer) => void;
  reject: (error: unknown) => void;
}

/** One request with its answer, driven by the connection: no stream objects in between. */
export class Exchange implements Dispatcher.DispatchHandler {
  private controller?: Dispatcher.DispatchController;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private sentAt = 0;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private streamed = false;
  private settled = false;
  private endDeadline?: () => void;

  constructor(private readonly options: ExchangeOptions) {
    options.request.signal.addEventListener('abort', this.onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.settled) {
      controller.abort(new Error('The call was given up'));
      return;
    }
    this.controller = controller;
    this.sentAt = performance.now();
    // A request that is sent again gets its time again.
    this.endDeadline?.();
    this.endDeadline = this.options.deadlines.start(() =>
      this.fail(
        new ProviderError(
          'timeout',
          `The provider did not answer within ${this.options.limits.requestTimeoutMs} ms`,
          true,
        ),
      ),
    );
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    const isSuccess = status < 300;
    const type = headers['content-type'] ?? '';
    this.streamed =
      isSuccess &&
      this.options.request.onData !== undefined &&
      !type.includes('application/json');
    if (this.streamed) this.endDeadline?.();
    if (Number(headers['content-length']) > MAX_ANSWER_BYTES) {
      this.fail(tooLong());
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) {
      // The reply was complete: what still comes is for nobody.
      this.hangUp();
      return;
    }
    this.bytes += chunk.length;
    if (this.bytes > MAX_ANSWER_BYTES) {
      this.fail(tooLong());
      return;
    }
    if (!this.streamed) {
      this.chunks.push(chunk);
      return;
    }
    try {
      const next = this.options.request.onData?.(chunk, this.sentAt);
      if (next === 'more') return;
      this.succeed();
      if (next === 'cut') this.hangUp();
    } catch (error) {
      this.fail(error);
    }
  }

  onResponseEnd(): void {
    this.succeed();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const { reject, limits } = this.options;
    this.settle(() => reject(networkError(error, limits.streamIdleTimeoutMs)));
  }

  private readonly onAbort = () => {
    this.fail(this.options.request.signal.reason);
  };

  private succeed(): void {
    this.settle(() =>
      this.options.resolve({
        status: this.status,
        headers: this.headers,
        body: this.body(),
        streamed: this.streamed,
        sentAt: this.sentAt,
        endedAt: performance.now(),
      }),
    );
  }

  private body(): string {
    const { chunks } = this;
    if (chunks.length === 0) return '';
    const whole = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    return whole.toString('utf8');
  }

  private fail(error: unknown): void {
    if (this.settled) return;
    this.settle(() => this.options.reject(error));
    this.hangUp();
  }

  /** Costs the connection, so it is for answers whose rest would take long. */
  private hangUp(): void {
    this.controller?.abort(new Error('The call was given up'));
  }

  private settle(tell: () => void): void {
    if (this.settled) return;
    this.settled = true;
    this.endDeadline?.();
    this.options.request.signal.removeEventListener('abort', this.onAbort);
    tell();
  }
}

function tooLong(): ProviderError {
  return new ProviderError(
    'provider',
    `The provider's answer is longer than ${MAX_ANSWER_BYTES} bytes`,
    false,
  );
}
