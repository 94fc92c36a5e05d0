import { once } from 'node:events';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

const CHUNK = 64 * 1024;

/** Text for a stream, in chunks of a size that streams like, waiting whenever the stream is full. */
export class StreamOutput {
  private pending: string[] = [];
  private length = 0;
  private failure?: Error;

  constructor(private readonly writable: Writable) {
    // Kept here, so that the next write can say so, instead of an event that nobody hears.
    writable.on('error', error => {
      this.failure ??= error;
    });
  }

  /** @returns undefined unless a chunk is full and has to be waited for */
  write(text: string): Promise<void> | undefined {
    if (this.failure) return Promise.reject(this.failure);
    this.pending.push(text);
    this.length += text.length;
    return this.length < CHUNK ? undefined : this.flush();
  }

  async end(): Promise<void> {
    await this.flush();
    const done = finished(this.writable);
    this.writable.end();
    await done;
  }

  destroy(reason: Error): void {
    this.writable.destroy(reason);
  }

  private async flush(): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.writable.destroyed) throw new Error('The stream was closed');
    if (this.length === 0) return;
    const text = this.pending.join('');
    this.pending = [];
    this.length = 0;
    if (!this.writable.write(text)) await this.drained();
  }

  /** Rejects when the stream fails, or is closed, while it is full. */
  private async drained(): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      await Promise.race([
        once(this.writable, 'drain', { signal }),
        once(this.writable, 'close', { signal }).then(() => {
          throw this.failure ?? new Error('The stream was closed');
        }),
      ]);
    } finally {
      waiting.abort();
    }
  }
}
