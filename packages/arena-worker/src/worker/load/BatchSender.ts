import {
  LoadReportBatch,
  MAX_LOAD_BATCHES,
} from '@backstage-arena/plugin-arena-common/load';
import { LoadApi } from './LoadApi';

/** A report is held below this size; a single larger second goes alone. */
const MAX_REPORT_BYTES = 2 * 1024 * 1024;

export interface BatchSenderOptions {
  api: Pick<LoadApi, 'report'>;
  /** The first second that there can be anything to tell of. */
  firstSecond: number;
  /** Aborts when nothing is to be told any more. */
  signal: AbortSignal;
  /** A report was refused, or the backend stayed away. */
  onError: (error: unknown) => void;
}

interface Waiting {
  second: number;
  json: string;
}

/** Reports the records of ended seconds, in order: one at a time, and all that gathered while the backend was away. Nobody waits for it. */
export class BatchSender {
  readonly #options: BatchSenderOptions;
  readonly #waiting: Waiting[] = [];
  #recordedUntil: number;
  #sending: Promise<void> | undefined;

  constructor(options: BatchSenderOptions) {
    this.#options = options;
    this.#recordedUntil = options.firstSecond;
  }

  /** The records of all seconds before this one have been reported. */
  get recordedUntil(): number {
    return this.#recordedUntil;
  }

  add(batch: LoadReportBatch): void {
    const { signal } = this.#options;
    if (signal.aborted) return;
    const { second } = batch.worker;
    this.#waiting.push({ second, json: JSON.stringify(batch) });
    this.#sending ??= this.#send();
  }

  /** Resolves when everything is reported, or nothing more can be. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    const { api, signal, onError } = this.#options;
    try {
      while (this.#waiting.length > 0 && !signal.aborted) {
        const batches = this.#next();
        await api.report(
          batches.map(({ json }) => json),
          signal,
        );
        this.#waiting.splice(0, batches.length);
        this.#recordedUntil = batches[batches.length - 1].second + 1;
      }
    } catch (error) {
      if (!signal.aborted) onError(error);
    } finally {
      this.#sending = undefined;
    }
  }

  #next(): Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ json }, index) => {
      bytes += Buffer.byteLength(json);
      return index > 0 && bytes > MAX_REPORT_BYTES;
    });
    return this.#waiting.slice(
      0,
      Math.min(MAX_LOAD_BATCHES, end < 0 ? Infinity : end),
    );
  }
}
