import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { ObjectKey } from '@backstage-arena/plugin-arena-common';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 5_000;

/**
 * Wakes a controller for all objects of which something is on record, whether they are still there or not: some may have been deleted while nobody
 * acted. Tries again until they could be read.
 *
 * @returns ends it
 */
export function recall(options: {
  /** For log messages: what is read. */
  what: string;
  read: () => AsyncIterable<ObjectKey>;
  wake: (key: ObjectKey) => void;
  logger: LoggerService;
}): () => void {
  const { what, read, wake, logger } = options;
  const ended = new AbortController();
  const { signal } = ended;
  const attempt = async () => {
    for await (const key of read()) {
      if (signal.aborted) return;
      wake(key);
    }
  };
  const work = async () => {
    while (!signal.aborted) {
      try {
        await attempt();
        return;
      } catch (error) {
        logger.warn(`Reading ${what} failed: ${stringifyError(error)}`);
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  };
  void work();
  return () => ended.abort();
}
