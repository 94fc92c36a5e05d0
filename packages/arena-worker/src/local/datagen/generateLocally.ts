import { randomUUID } from 'node:crypto';
import {
  BudgetExhausted,
  BudgetLedger,
  Runner,
} from '@backstage-arena/arena-engine';
import { ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  attemptsWanted,
  DatasetProfile,
  DatasetState,
} from '@backstage-arena/plugin-arena-common/datagen';
import { EXIT } from '../../cli/errors';
import { printJson } from '../../cli/outputOption';
import { DatasetFiles } from '../../reports/datagen/DatasetFiles';
import { writeStaged } from '../../reports/load/writeStaged';
import type { WrittenReport } from '../../reports/ReportFiles';
import { erroredReport } from '../../worker/erroredReport';
import { makeFolder, openLocalRun, OpenLocalRunOptions } from '../openLocalRun';
import { formatDataset } from './formatDataset';
import { LocalDataset } from './LocalDataset';

export interface GenerateLocallyOptions extends OpenLocalRunOptions {
  profile: DatasetProfile;
  /** Attempts in flight; default: the bundle's, else 6. */
  concurrency?: number;
  /** Absolute; made once the run is planned. */
  out: string;
  signal: AbortSignal;
  /** The state goes to standard output instead of lines for people. */
  json: boolean;
}

const DEFAULT_CONCURRENCY = 6;
const LINE_INTERVAL_MS = 2_000;

/** Generates data in this process, and writes its files. Sets the exit status: 1 when there are fewer rows than were asked for. */
export async function generateLocally(
  options: GenerateLocallyOptions,
): Promise<void> {
  const { profile, out, json, signal } = options;
  const hasBudget = profile.budgetLimit !== undefined;
  const { bundle, plan, runnerOptions } = await openLocalRun({
    ...options,
    plan: { ...options.plan, dataGen: { seed: profile.seed, hasBudget } },
  });
  const concurrency =
    options.concurrency ?? bundle.concurrency ?? DEFAULT_CONCURRENCY;
  const spent = new AbortController();
  const runner = await bundle.runner(plan, {
    ...runnerOptions,
    concurrency,
    ...(hasBudget && {
      budget: new BudgetLedger(profile.budgetLimit!),
    }),
  });
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`);
  };
  try {
    await makeFolder(out);
    const dataset = new LocalDataset({ profile, plan });
    say(
      `Generating ${profile.count} rows with ${plan.total} cell${
        plan.total === 1 ? '' : 's'
      }, ${concurrency} at a time`,
    );
    let state!: DatasetState;
    const files: WrittenReport[] = await writeStaged(out, async directory => {
      const written = await DatasetFiles.open({
        format: profile.format,
        directory,
      });
      try {
        const runId = randomUUID();
        let lastLine = performance.now();
        await makeAttempts({
          runner,
          concurrency,
          signal: AbortSignal.any([signal, spent.signal]),
          onSpent: () => spent.abort(),
          profile,
          dataset,
          onReport: async report => {
            const taken = dataset.take(report);
            if (typeof taken === 'object' && 'row' in taken) {
              await written.add(taken, runId);
            }
            if (performance.now() - lastLine < LINE_INTERVAL_MS) return;
            lastLine = performance.now();
            const { rows, attempts } = dataset.tally;
            say(`${rows} of ${profile.count} rows after ${attempts} attempts`);
          },
        });
      } catch (error) {
        await written.close();
        throw error;
      }
      state = dataset.state();
      return written.end(state);
    });
    const passed = state.rows >= profile.count;
    if (json) {
      printJson({ passed, ...state, files: files.map(({ path }) => path) });
    } else {
      say(formatDataset(state, { budgetSpent: spent.signal.aborted }));
      files.forEach(({ path }) => say(`Written: ${path}`));
    }
    if (signal.aborted) process.exitCode = EXIT.interrupted;
    else if (!passed) process.exitCode = EXIT.failed;
  } finally {
    await runner.close();
  }
}

/** Makes attempts until the dataset is over. What they bring is looked at in order, so that equal seeds give equal rows. */
async function makeAttempts(options: {
  runner: Pick<Runner, 'execute'>;
  concurrency: number;
  signal: AbortSignal;
  profile: DatasetProfile;
  dataset: LocalDataset;
  /** A call did not fit into the budget. */
  onSpent: () => void;
  onReport: (report: ItemReport) => Promise<void>;
}): Promise<void> {
  const { runner, profile, dataset, concurrency, onSpent } = options;
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const running = new Map<number, Promise<ItemReport | undefined>>();
  let next = 0;
  for (let oldest = 0; !options.signal.aborted; oldest += 1) {
    const wanted = Math.min(
      concurrency,
      attemptsWanted(profile, dataset.tally),
    );
    while (next - oldest < Math.max(1, wanted) && next < profile.maxAttempts) {
      running.set(next, attempt(runner, next, { signal, onSpent }));
      next += 1;
    }
    const report = await running.get(oldest);
    running.delete(oldest);
    if (!report) break;
    await options.onReport(report);
    if (dataset.endedBy) break;
  }
  // What is under way is surplus now, and is paid for no longer than it has to be.
  over.abort(new Error('The dataset is over'));
  await Promise.all(running.values());
}

/** @returns undefined when it was given up */
async function attempt(
  runner: Pick<Runner, 'execute'>,
  index: number,
  { signal, onSpent }: { signal: AbortSignal; onSpent: () => void },
): Promise<ItemReport | undefined> {
  try {
    return await runner.execute(index, { attempt: 1, signal });
  } catch (error) {
    if (error instanceof BudgetExhausted) onSpent();
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
