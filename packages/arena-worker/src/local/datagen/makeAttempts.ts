import { Runner } from '@backstage-arena/arena-engine';
import { ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  attemptsWanted,
  DatasetProfile,
} from '@backstage-arena/plugin-arena-common/datagen';
import { erroredReport } from '../../worker/erroredReport';
import { LocalDataset } from './LocalDataset';

export interface MakeAttemptsOptions {
  runner: Pick<Runner, 'execute'>;
  concurrency: number;
  /** Ends what is under way. */
  signal: AbortSignal;
  profile: DatasetProfile;
  dataset: LocalDataset;
  /** Attempts that were made before. */
  isMade: (attempt: number) => boolean;
  onReport: (report: ItemReport) => Promise<void>;
}

/**
 * Makes attempts until the dataset is over. What they bring is looked at in order, so that equal seeds give equal rows. When it ends for want of rows,
 * what is under way is still waited for: it is paid for. What is cut off is counted as unfinished.
 */
export async function makeAttempts(
  options: MakeAttemptsOptions,
): Promise<void> {
  const { runner, profile, dataset, concurrency, isMade, onReport } = options;
  const enough = new AbortController();
  const signal = AbortSignal.any([options.signal, enough.signal]);
  const running: Array<Promise<ItemReport | undefined>> = [];
  let next = 0;
  const startSome = () => {
    const wanted = Math.min(
      concurrency,
      attemptsWanted(profile, dataset.tally),
    );
    while (running.length < Math.max(1, wanted)) {
      while (isMade(next)) next += 1;
      running.push(attempt(runner, next, signal));
      next += 1;
    }
  };
  try {
    for (;;) {
      if (dataset.endedBy === 'count') {
        enough.abort(new Error('The dataset is over'));
      } else if (!dataset.endedBy && !signal.aborted) startSome();
      const oldest = running.shift();
      if (!oldest) return;
      const report = await oldest;
      if (report) await onReport(report);
      else dataset.leave(1);
    }
  } finally {
    enough.abort(new Error('The run is over'));
    await Promise.all(running);
  }
}

/** @returns undefined when it was cut off */
async function attempt(
  runner: Pick<Runner, 'execute'>,
  index: number,
  signal: AbortSignal,
): Promise<ItemReport | undefined> {
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
      },
    );
  }
}
