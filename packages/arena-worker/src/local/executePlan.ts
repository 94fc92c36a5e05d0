import { EventEmitter, once } from 'node:events';
import { Runner } from '@backstage-arena/arena-engine';
import { ItemReport } from '@backstage-arena/plugin-arena-common';
import { erroredReport } from '../worker/erroredReport';

export interface ExecutePlanOptions {
  runner: Pick<Runner, 'plan' | 'execute'>;
  /** Items in flight. */
  concurrency: number;
  /** Aborts what runs and starts nothing more. */
  signal: AbortSignal;
  /** Called in order of index, one at a time. Items that were aborted are left out. */
  onReport: (report: ItemReport) => Promise<void> | undefined;
  /** Once it says so, nothing more is started; what runs goes on to its end. */
  isOver?: () => boolean;
  /** Called at once for each result, in no order. */
  onProgress?: (report: ItemReport) => void;
}

/** How far items may run ahead of a slow one: their results wait in memory. */
const WINDOW = 10_000;

/** Runs every item of a plan in this process. */
export async function executePlan(options: ExecutePlanOptions): Promise<void> {
  const { runner, signal } = options;
  const { total } = runner.plan;
  const isOver = () => signal.aborted || options.isOver?.() === true;
  const done = new Map<number, ItemReport | undefined>();
  let next = 0;
  let oldest = 0;
  let writing: Promise<void> | undefined;
  const progress = new EventEmitter();
  // One listener for each worker that waits.
  progress.setMaxListeners(0);

  // Undefined when there is nothing to wait for: a promise for each item would cost more than handing it over.
  function flush(): Promise<void> | undefined {
    while (!writing && done.has(oldest)) {
      const report = done.get(oldest);
      done.delete(oldest);
      oldest += 1;
      writing = (report && options.onReport(report))?.then(goOn);
    }
    return writing;
  }
  function goOn(): Promise<void> | undefined {
    writing = undefined;
    const more = flush();
    progress.emit('change');
    return more;
  }

  const work = async () => {
    while (next < total && !isOver()) {
      while (next - oldest >= WINDOW && !isOver()) {
        await once(progress, 'change');
      }
      if (next >= total || isOver()) return;
      const index = next;
      next += 1;
      const report = await executeOne(runner, index, signal);
      done.set(index, report);
      if (report) options.onProgress?.(report);
      const written = flush();
      progress.emit('change');
      if (written) await written;
    }
  };

  const workers = Math.min(options.concurrency, total);
  await Promise.all(Array.from({ length: workers }, work));
  await writing;
}

async function executeOne(
  runner: Pick<Runner, 'execute'>,
  index: number,
  signal: AbortSignal,
): Promise<ItemReport | undefined> {
  const startedAt = Date.now();
  const begin = performance.now();
  try {
    return await runner.execute(index, { attempt: 1, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    return erroredReport(
      { index, attempt: 1 },
      {
        class: 'engine',
        message: `The engine failed: ${
          error instanceof Error ? error.message : error
        }`,
        startedAt: new Date(startedAt).toISOString(),
        durationMs: performance.now() - begin,
      },
    );
  }
}
