import { ArenaStreamMessage } from '@backstage-arena/plugin-arena-common';
import { Response } from 'express';
import { once } from 'node:events';

export interface SseConnectionOptions {
  heartbeatMs: number;
  /** A client that takes nothing for so long is let go; it comes back with its cursor. */
  stallMs: number;
  /** How long a connection lasts. The next one proves anew who is asking, and what they may see. */
  maxAgeMs: number;
  shutdown: AbortSignal;
}

/**
 * One response of server-sent events.
 *
 * Messages go out one at a time, and `send` resolves when the client has room for the next: whoever produces them waits, so
 * that a slow client costs no memory.
 */
export class SseConnection {
  /** Aborts when the connection has ended, for whatever reason. */
  readonly closed: AbortSignal;
  private readonly res: Response;
  private readonly options: SseConnectionOptions;
  private readonly controller = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private tail: Promise<void> = Promise.resolve();

  constructor(res: Response, options: SseConnectionOptions) {
    this.res = res;
    this.options = options;
    this.closed = this.controller.signal;
  }

  open(): void {
    const { heartbeatMs, maxAgeMs, shutdown } = this.options;
    this.res.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Compression, here or in a proxy, would hold messages back.
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      Connection: 'keep-alive',
    });
    this.res.flushHeaders();
    // Tells the client that nothing on the way holds messages back.
    this.flush(': connected\n\n');
    this.res.on('close', () => this.end());
    this.res.on('error', () => this.end());
    const end = () => this.end();
    shutdown.addEventListener('abort', end);
    this.closed.addEventListener('abort', () =>
      shutdown.removeEventListener('abort', end),
    );
    this.timers.push(
      setInterval(() => this.heartbeat(), heartbeatMs).unref(),
      setTimeout(end, maxAgeMs).unref(),
    );
    if (shutdown.aborted || this.res.closed) this.end();
  }

  /** Sends after what was given before. `id` is asked for at the last moment, when everything before has been sent. */
  send(message: ArenaStreamMessage, id: () => string): Promise<void> {
    const sent = this.tail.then(() =>
      this.write(() => `id: ${id()}\ndata: ${JSON.stringify(message)}\n\n`),
    );
    this.tail = sent;
    return sent;
  }

  end(): void {
    if (this.closed.aborted) return;
    this.controller.abort();
    this.timers.forEach(timer => clearTimeout(timer));
    this.res.end();
  }

  private heartbeat(): void {
    // Bytes that wait prove nothing to the client and only grow the buffer.
    if (!this.res.writableNeedDrain) this.flush(': heartbeat\n\n');
  }

  private async write(text: () => string): Promise<void> {
    if (this.closed.aborted) return;
    if (this.flush(text())) return;
    const stalled = setTimeout(() => {
      this.end();
      this.res.destroy();
    }, this.options.stallMs);
    try {
      await once(this.res, 'drain', { signal: this.closed });
    } catch (error) {
      if (!this.closed.aborted) throw error;
    } finally {
      clearTimeout(stalled);
    }
  }

  private flush(text: string): boolean {
    const hasRoom = this.res.write(text);
    // Added by the compression middleware where it is in front of us.
    const { flush } = this.res as Response & { flush?: () => void };
    flush?.call(this.res);
    return hasRoom;
  }
}
