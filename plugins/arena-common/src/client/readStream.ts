import { createParser } from 'eventsource-parser';
import { ArenaStreamMessage } from './ArenaApi';

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
/** The server sends a heartbeat every 15 seconds: three missed ones mean a connection that is dead without saying so. */
const SILENCE_MS = 45_000;

/**
 * The server says something as soon as it is connected. Where nothing comes through, a proxy holds it back: the handler is then told to
 * read everything again, as often as this, which is as good as live for a reader.
 */
const HELD_BACK_MS = 5_000;

/** What {@link readStream} needs. */
export interface ReadStreamOptions {
  /** Opens a connection; rejects with a `ResponseError` when it is refused. */
  connect(options: {
    lastEventId: string | undefined;
    signal: AbortSignal;
  }): Promise<Response>;
  onMessage(message: ArenaStreamMessage): void;
  onConnection?(connected: boolean): void;
  signal: AbortSignal;
  /** Times for tests. */
  timing?: {
    firstDelayMs?: number;
    silenceMs?: number;
    heldBackMs?: number;
  };
}

/** A throwing handler is the caller's fault and must not look like a broken connection. */
class HandlerError extends Error {
  readonly cause: unknown;

  constructor(cause: unknown) {
    super('The message handler failed');
    this.cause = cause;
  }
}

class Watchdog {
  private readonly silenceMs: number;
  private readonly onSilence: () => void;
  private timer: ReturnType<typeof setTimeout>;

  constructor(silenceMs: number, onSilence: () => void) {
    this.silenceMs = silenceMs;
    this.onSilence = onSilence;
    this.timer = setTimeout(onSilence, silenceMs);
  }

  reset(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onSilence, this.silenceMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

/**
 * Reads server-sent events until the signal aborts, over as many connections as it takes.
 *
 * Rejects when the server refuses for good (a client error other than a timeout or "too many"), or when `onMessage` throws.
 */
export async function readStream(options: ReadStreamOptions): Promise<void> {
  const { signal, connect, onMessage } = options;
  const firstDelayMs = options.timing?.firstDelayMs ?? FIRST_DELAY_MS;
  const silenceMs = options.timing?.silenceMs ?? SILENCE_MS;
  const heldBackMs = options.timing?.heldBackMs ?? HELD_BACK_MS;
  const state: { lastEventId?: string; delayMs: number } = {
    delayMs: firstDelayMs,
  };

  while (!signal.aborted) {
    const connection = new AbortController();
    const onAbort = () => connection.abort();
    signal.addEventListener('abort', onAbort);
    const watchdog = new Watchdog(silenceMs, onAbort);
    const { failure, ...heldBack } = readAgainUntilHeard(heldBackMs, () =>
      onMessage({ type: 'reset' }),
    );
    try {
      const response = await connect({
        lastEventId: state.lastEventId,
        signal: connection.signal,
      });
      options.onConnection?.(true);
      const reading = readEvents(response, {
        onChunk: () => {
          watchdog.reset();
          heldBack.stop();
        },
        onEvent: ({ id, data }) => {
          const message: ArenaStreamMessage = JSON.parse(data);
          state.delayMs = firstDelayMs;
          deliver(onMessage, message);
          if (id !== undefined) state.lastEventId = id;
        },
      });
      await Promise.race([reading, failure]);
    } catch (error) {
      if (error instanceof HandlerError) throw error.cause;
      if (!signal.aborted && isFinal(error)) throw error;
    } finally {
      watchdog.stop();
      heldBack.stop();
      signal.removeEventListener('abort', onAbort);
      connection.abort();
      options.onConnection?.(false);
    }
    // The jitter keeps the browsers of a whole company from coming back in the same instant after a restart.
    await sleep(state.delayMs * (0.5 + Math.random() / 2), signal);
    state.delayMs = Math.min(state.delayMs * 2, MAX_DELAY_MS);
  }
}

/** Calls again and again until it is stopped; `failure` rejects with what the call throws. */
function readAgainUntilHeard(
  intervalMs: number,
  readAgain: () => void,
): { failure: Promise<never>; stop(): void } {
  let timer: ReturnType<typeof setInterval>;
  const failure = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      try {
        readAgain();
      } catch (error) {
        clearInterval(timer);
        reject(new HandlerError(error));
      }
    }, intervalMs);
  });
  // It is looked at only while events are read.
  failure.catch(() => undefined);
  return { failure, stop: () => clearInterval(timer) };
}

function deliver(
  onMessage: (message: ArenaStreamMessage) => void,
  message: ArenaStreamMessage,
): void {
  try {
    onMessage(message);
  } catch (error) {
    throw new HandlerError(error);
  }
}

async function readEvents(
  response: Response,
  handlers: {
    onChunk(): void;
    onEvent(event: { id?: string; data: string }): void;
  },
): Promise<void> {
  if (!response.body) return;
  const parser = createParser({ onEvent: event => handlers.onEvent(event) });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    handlers.onChunk();
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

/** True for an answer that would not change by asking again. */
function isFinal(error: unknown): boolean {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return (
    typeof status === 'number' &&
    status >= 400 &&
    status < 500 &&
    status !== 408 &&
    status !== 429
  );
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => {
    const over = new AbortController();
    const done = () => {
      over.abort();
      resolve();
    };
    const timer = setTimeout(done, ms);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
    signal.addEventListener('abort', done, { signal: over.signal });
  });
}
