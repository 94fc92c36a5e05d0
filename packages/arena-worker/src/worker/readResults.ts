import { createInterface } from 'node:readline';
import { ReportItem } from '@backstage-arena/arena-engine';
import { itemReportSchema } from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';
import { Backoff, pause } from './backoff';
import {
  ProtocolClient,
  ProtocolError,
  UnreachableError,
} from './ProtocolClient';
import { WorkerLogger } from './WorkerLogger';

const reportRowSchema = itemReportSchema.omit({ transcript: true }).extend({
  scenario: z.string(),
  provider: z.string(),
  region: z.string(),
  variant: z.int().min(0),
  trial: z.int().min(0),
});

export interface ReadResultsOptions {
  client: ProtocolClient;
  logger: WorkerLogger;
  signal: AbortSignal;
  /** See ProtocolRequest. */
  patienceMs?: number;
}

/** More breaks in a row, without a single row between them, than a healthy backend has. */
const MAX_FRUITLESS_TRIES = 20;

/**
 * All results of the run in order of index, one at a time. A stream that breaks off goes on behind the last row that was whole.
 */
export async function* readResults(
  options: ReadResultsOptions,
): AsyncGenerator<ReportItem> {
  const { client, logger, signal, patienceMs } = options;
  const backoff = new Backoff({ firstMs: 100, longestMs: 5_000 });
  let from = 0;
  let fruitless = 0;
  for (;;) {
    const before = from;
    try {
      const body = await client.request(
        {
          method: 'GET',
          path: `/results?from=${from}`,
          headers: { accept: 'application/x-ndjson' },
          signal,
          patienceMs,
        },
        async response => response.body,
      );
      for await (const line of createInterface({ input: body })) {
        if (line === '') continue;
        const row = reportRowSchema.parse(JSON.parse(line));
        from = row.index + 1;
        yield row;
      }
      // readline ends quietly when its input breaks.
      if (body.errored) throw body.errored;
      if (!body.readableEnded) throw new Error('The connection was closed');
      return;
    } catch (error) {
      if (
        signal.aborted ||
        error instanceof z.ZodError ||
        error instanceof UnreachableError ||
        error instanceof ProtocolError
      ) {
        throw error;
      }
      fruitless = from > before ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS_TRIES) throw error;
      if (fruitless === 0) backoff.reset();
      logger.warn('Reading results broke off', {
        from,
        reason: error instanceof Error ? error.message : String(error),
      });
      await pause(backoff.nextMs(), signal);
      signal.throwIfAborted();
    }
  }
}
