import { createInterface } from 'node:readline';
import { Backoff, pause } from './backoff';
import {
  ProtocolClient,
  ProtocolError,
  UnreachableError,
} from './ProtocolClient';
import { WorkerLogger } from './WorkerLogger';

/** How the streams of a run's results are read. */
export interface ReadStreamOptions {
  client: ProtocolClient;
  logger: WorkerLogger;
  signal: AbortSignal;
  /** See ProtocolRequest. */
  patienceMs?: number;
}

export interface ReadLinesOptions extends ReadStreamOptions {
  /** Asked for each try. */
  path: () => string;
  /** True: each answer begins with the first line, however many are known. */
  startsAnew?: boolean;
}

/** More breaks in a row, without a single line between them, than a healthy backend has. */
const MAX_FRUITLESS_TRIES = 20;

/** The lines of an answer, one at a time and never a part of one. A stream that breaks off goes on behind the last that was whole. */
export async function* readLines(
  options: ReadLinesOptions,
): AsyncGenerator<string> {
  const { client, logger, signal, patienceMs, path, startsAnew } = options;
  const backoff = new Backoff({ firstMs: 100, longestMs: 5_000 });
  let count = 0;
  let fruitless = 0;
  for (;;) {
    const before = count;
    let known = startsAnew ? count : 0;
    try {
      const body = await client.request(
        {
          method: 'GET',
          path: path(),
          headers: { accept: 'application/x-ndjson' },
          signal,
          patienceMs,
        },
        async response => response.body,
      );
      // Of a stream that breaks, readline gives the last line as far as it came, and then ends quietly.
      let held = '';
      for await (const line of createInterface({ input: body })) {
        if (held !== '') {
          count += 1;
          yield held;
        }
        held = known > 0 ? '' : line;
        if (line !== '') known -= 1;
      }
      if (body.errored) throw body.errored;
      if (!body.readableEnded) throw new Error('The connection was closed');
      if (held !== '') yield held;
      return;
    } catch (error) {
      if (
        signal.aborted ||
        error instanceof UnreachableError ||
        error instanceof ProtocolError
      ) {
        throw error;
      }
      fruitless = count > before ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS_TRIES) throw error;
      if (fruitless === 0) backoff.reset();
      logger.warn('Reading results broke off', {
        lines: count,
        reason: error instanceof Error ? error.message : String(error),
      });
      await pause(backoff.nextMs(), signal);
      signal.throwIfAborted();
    }
  }
}
