import { Runner } from '@backstage-arena/arena-engine';
import { ItemReport } from '@backstage-arena/plugin-arena-common';
import { erroredReport } from './erroredReport';
import { FinishedWork, LeasedWork } from './Lease';

/** The engine ends items itself; this much later the worker no longer waits for it. */
const TIMEOUT_GRACE_MS = 5_000;

export interface ExecuteItemOptions {
  runner: Pick<Runner, 'execute'>;
  work: LeasedWork;
  /** Aborts when the item is to be given up without a result. */
  signal: AbortSignal;
  /** Resolves while the lease is good, rejects when it is lost. */
  mayCall: () => Promise<void>;
  itemTimeoutMs: number;
}

/**
 * Executes one item to a result, whatever happens in it: an item that hangs or an engine that fails is a result as well.
 *
 * @returns undefined when the signal aborted.
 */
export async function executeItem(
  options: ExecuteItemOptions,
): Promise<ItemReport | undefined> {
  const { runner, work, signal, itemTimeoutMs } = options;
  const startedAt = new Date().toISOString();
  const begin = performance.now();
  const item = new AbortController();
  const stop = () => item.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();

  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    item.abort(new Error(`Item ${work.index} hangs`));
  }, itemTimeoutMs + TIMEOUT_GRACE_MS);

  const errored = (
    errorClass: 'timeout' | 'engine',
    message: string,
  ): ItemReport =>
    erroredReport(work, {
      class: errorClass,
      message,
      startedAt,
      durationMs: performance.now() - begin,
    });

  try {
    return await Promise.race([
      runner.execute(work.index, {
        attempt: work.attempt,
        signal: item.signal,
        beforeCall: async () => {
          item.signal.throwIfAborted();
          await options.mayCall();
          item.signal.throwIfAborted();
        },
      }),
      // An engine that does not heed the signal must not hold the slot.
      whenAborted(item.signal),
    ]);
  } catch (error) {
    // Ends whatever the engine may still be doing for this item.
    item.abort(new Error('The item is over'));
    if (signal.aborted) return undefined;
    if (hung) {
      return errored(
        'timeout',
        `The item did not end within ${itemTimeoutMs} ms and was given up`,
      );
    }
    return errored(
      'engine',
      `The engine failed: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

export function toFinishedWork(report: ItemReport): FinishedWork {
  const json = JSON.stringify(report);
  return { index: report.index, json, bytes: Buffer.byteLength(json) };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
