import { createHash, randomUUID } from 'node:crypto';
import { Bundle } from '@backstage-arena/arena-engine';
import { RunPlan } from '@backstage-arena/plugin-arena-common';
import {
  DatasetProfile,
  DatasetState,
} from '@backstage-arena/plugin-arena-common/datagen';
import { EXIT } from '../../cli/errors';
import { printJson } from '../../cli/outputOption';
import { DatasetFiles } from '../../reports/datagen/DatasetFiles';
import { rowFieldsOf } from '../../reports/datagen/rowFieldsOf';
import { writeStaged } from '../../reports/load/writeStaged';
import { makeFolder, openLocalRun, OpenLocalRunOptions } from '../openLocalRun';
import { AttemptSet } from './AttemptSet';
import { DatasetJournal } from './DatasetJournal';
import { formatDataset } from './formatDataset';
import { LocalBudget } from './LocalBudget';
import { LocalDataset } from './LocalDataset';
import { makeAttempts } from './makeAttempts';

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

/**
 * Generates data in this process, and writes its files. A run that was interrupted, or whose budget was used up, is gone on with. Sets the exit
 * status: 1 when there are fewer rows than were asked for.
 */
export async function generateLocally(
  options: GenerateLocallyOptions,
): Promise<void> {
  const { out, json, signal } = options;
  const { seed, nearDuplicateEmbedding: embedding } = options.profile;
  const hasBudget = options.profile.budgetLimit !== undefined;
  const { bundle, plan, runnerOptions } = await openLocalRun({
    ...options,
    plan: { ...options.plan, dataGen: { seed, hasBudget, embedding } },
  });
  const profile: DatasetProfile = {
    ...options.profile,
    columns: rowFieldsOf(bundle.rowSchemas(plan)),
  };
  const concurrency =
    options.concurrency ?? bundle.concurrency ?? DEFAULT_CONCURRENCY;
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`);
  };
  await makeFolder(out);
  const journal = await DatasetJournal.open({
    out,
    identity: identityOf(profile, bundle, plan, runnerOptions.sampling),
    runId: randomUUID(),
  });
  try {
    say(
      `Generating ${profile.count} rows with ${plan.total} cell${
        plan.total === 1 ? '' : 's'
      }, ${concurrency} at a time`,
    );
    let state!: DatasetState;
    const files = await writeStaged(out, async directory => {
      const written = await DatasetFiles.open({ ...profile, directory });
      const dataset = new LocalDataset({ profile, plan, directory });
      try {
        const made = await goOn({ journal, dataset, written });
        if (journal.isResumed) {
          const { rows, attempts } = dataset.tally;
          say(`Going on after ${attempts} attempts with ${rows} rows`);
        }
        const runner = await bundle.runner(plan, {
          ...runnerOptions,
          concurrency,
          ...(hasBudget && {
            budget: new LocalBudget(profile.budgetLimit! - dataset.cost),
          }),
        });
        try {
          let lastLine = performance.now();
          await makeAttempts({
            runner,
            concurrency,
            signal,
            profile,
            dataset,
            isMade: attempt => made.has(attempt),
            onReport: async report => {
              const entry = dataset.take(report);
              journal.add(entry);
              if (entry.state === 'accepted') {
                await written.add(entry.row, journal.runId);
              }
              if (performance.now() - lastLine < LINE_INTERVAL_MS) return;
              lastLine = performance.now();
              const { rows, attempts } = dataset.tally;
              say(
                `${rows} of ${profile.count} rows after ${attempts} attempts`,
              );
            },
          });
        } finally {
          await runner.close();
        }
        state = dataset.state();
        return await written.end(state);
      } catch (error) {
        await written.close();
        throw error;
      } finally {
        dataset.close();
      }
    });
    // With more money, or more time, there would be more.
    const mayGoOn = state.endedBy === undefined || state.endedBy === 'budget';
    if (!mayGoOn) await journal.remove();
    const passed = state.rows >= profile.count;
    if (json) {
      printJson({ passed, ...state, files: files.map(({ path }) => path) });
    } else {
      say(formatDataset(state));
      files.forEach(({ path }) => say(`Written: ${path}`));
    }
    if (signal.aborted) process.exitCode = EXIT.interrupted;
    else if (!passed) process.exitCode = EXIT.failed;
  } finally {
    journal.close();
  }
}

/** Takes what an interrupted run had done. @returns the attempts that need not be made again */
async function goOn(options: {
  journal: DatasetJournal;
  dataset: LocalDataset;
  written: DatasetFiles;
}): Promise<AttemptSet> {
  const { journal, dataset, written } = options;
  const made = new AttemptSet();
  for await (const entry of journal.entries()) {
    dataset.restore(entry);
    // What the end of the budget cut off is tried again.
    if (entry.state !== 'unfinished') made.add(entry.attempt);
    if (entry.state === 'accepted') {
      await written.add(entry.row, journal.runId);
    }
  }
  return made;
}

/** What the rows depend on. More attempts and more money only lead further. */
function identityOf(
  profile: DatasetProfile,
  bundle: Bundle,
  plan: RunPlan,
  sampling: object | undefined,
): string {
  const { maxAttempts: _, budgetLimit: __, format: ___, ...rest } = profile;
  return createHash('sha256')
    .update(JSON.stringify([rest, bundle.digest, plan, sampling]))
    .digest('hex');
}
