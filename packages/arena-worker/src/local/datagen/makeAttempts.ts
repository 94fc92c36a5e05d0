import { Runner } from '@backstage-arena/arena-engine';
import { ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  attemptsWanted,
  DatasetProfile,
} from '@backstage-arena/plugin-arena-common/datagen';
import { erroredReport } from '../../worker/erroredReport';
import { FinishedAttempt } from './DatasetJournal';
import { LocalDataset } from './LocalDataset';

export interface MakeAttemptsOptions {
  runner: Pick<Runner, 'execute'>;
  concurrency: number;
  /** Ends what is under way. */
  signal: AbortSignal;
  profile: DatasetProfile;
  dataset: LocalDataset;
  /** Number of the first attempt. */
  first: number;
  /** Attempts from there on that were made before. */
  made: ReadonlyMap<number, FinishedAttempt>;
  /** An attempt is over, in whatever order, and not for want of money. */
  onFinished: (attempt: FinishedAttempt) => void;
  /** In order. */
  onNext: (attempt: FinishedAttempt) => Promise<void>;
}

/**
 * Makes attempts until the dataset is over. What they bring is looked at in order, so that equal seeds give equal rows. When it ends for want of rows,
 * what is under way is still waited for: it is paid for. What is cut off is counted as unfinished.
 */
export async function makeAttempts(
  options: MakeAttemptsOptions,
): Promise<void> {
  const { profile, dataset, concurrency, onNext } = options;
  const made = new Map(options.made);
  const enough = new AbortController();
  const signal = AbortSignal.any([options.signal, enough.signal]);
  const running: Array<Promise<FinishedAttempt | undefined>> = [];
  let next = options.first;
  const startSome = () => {
    const wanted = Math.min(
      concurrency,
      attemptsWanted(profile, dataset.tally),
    );
    while (running.length < Math.max(1, wanted)) {
      const known = made.get(next);
      made.delete(next);
      const promise = known
        ? Promise.resolve(known)
        : attempt(next, { ...options, signal });
      // Looked at when it is its turn.
      promise.catch(() => {});
      running.push(promise);
      next += 1;
    }
  };
  try {
    for (;;) {
      if (dataset.endedBy === 'count') {
        enough.abort(new Error('The dataset is over'));
      } else if (!dataset.endedBy && !signal.aborted) startSome();
      const oldest = running.shift();
      if (!oldest) break;
      const finished = await oldest;
      if (finished) await onNext(finished);
      else dataset.leave(1);
    }
    // They are paid for, whatever ended the run before it came to them.
    const rest = [...made.values()].sort((a, b) => a.attempt - b.attempt);
    for (const finished of rest) await onNext(finished);
  } finally {
    enough.abort(new Error('The run is over'));
    await Promise.allSettled(running);
  }
}

/** @returns undefined when it was cut off */
async function attempt(
  index: number,
  options: Pick<MakeAttemptsOptions, 'runner' | 'signal' | 'onFinished'>,
): Promise<FinishedAttempt | undefined> {
  const { runner, signal, onFinished } = options;
  let report: ItemReport;
  try {
    report = await runner.execute(index, { attempt: 1, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    report = erroredReport(
      { index, attempt: 1 },
      {
        class: 'engine',
        message: `The engine failed: ${
          error instanceof Error ? error.message : error
        }`,
      },
    );
  }
  const { cost, generated } = report;
  const finished: FinishedAttempt = {
    state: 'finished',
    attempt: index,
    cost,
    at: Date.now(),
    generated,
  };
  // What the end of the budget cut off is tried again.
  if (!generated?.unfinished) onFinished(finished);
  return finished;
}
