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
import { LocalBudget } from '../LocalBudget';
import { makeFolder, openLocalRun, OpenLocalRunOptions } from '../openLocalRun';
import { DatasetJournal, FinishedAttempt } from './DatasetJournal';
import { formatDataset } from './formatDataset';
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
    if (journal.kept) {
      process.stderr.write(
        `What was generated before belongs to another job or bundle, and is kept in ${journal.kept}\n`,
      );
    }
    say(
      `Generating ${profile.count} rows with ${plan.total} cell${
        plan.total === 1 ? '' : 's'
      }, ${concurrency} at a time`,
    );
    let state!: DatasetState;
    const write = async (directory: string) => {
      const written = await DatasetFiles.open({ ...profile, directory });
      const dataset = new LocalDataset({ profile, plan, directory });
      const decide = async (attempt: FinishedAttempt) => {
        const row = dataset.take(attempt);
        if (row) await written.add(row, journal.runId);
      };
      try {
        const before = await goOn(journal, decide);
        if (journal.isResumed) {
          say(`Going on after ${before.first + before.made.size} attempts`);
        }
        const runner = await bundle.runner(plan, {
          ...runnerOptions,
          concurrency,
          ...(hasBudget && {
            budget: new LocalBudget(
              profile.budgetLimit! - journal.spent,
              entry => journal.add(entry),
            ),
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
            ...before,
            onFinished: attempt => journal.add(attempt),
            onNext: async attempt => {
              await decide(attempt);
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
        // What was cut off was paid for as well.
        const cost = Math.max(dataset.cost, journal.spent);
        state = { ...dataset.state(), cost };
        return await written.end(state);
      } catch (error) {
        await written.close();
        throw error;
      } finally {
        dataset.close();
      }
    };
    const files = await writeStaged(out, write, { below: journal.staging });
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

/**
 * Takes what an interrupted run had done, in order.
 *
 * @returns the first attempt that was not over, and those after it that were
 */
async function goOn(
  journal: DatasetJournal,
  decide: (attempt: FinishedAttempt) => Promise<void>,
): Promise<{ first: number; made: Map<number, FinishedAttempt> }> {
  const made = new Map<number, FinishedAttempt>();
  let first = 0;
  for await (const finished of journal.finished()) {
    const { attempt } = finished;
    if (attempt < first || made.has(attempt)) {
      throw new Error(`Attempt ${attempt} is in the journal twice`);
    }
    made.set(attempt, finished);
    for (;;) {
      const next = made.get(first);
      if (!next) break;
      await decide(next);
      made.delete(first);
      first += 1;
    }
  }
  return { first, made };
}

/** What the rows depend on. More attempts, more money, and more rows only lead further; quotas share out a number of rows. */
function identityOf(
  profile: DatasetProfile,
  bundle: Bundle,
  plan: RunPlan,
  sampling: object | undefined,
): string {
  const { maxAttempts: _, budgetLimit: __, format: ___, ...rest } = profile;
  const count = profile.quotas.length > 0 ? profile.count : undefined;
  return createHash('sha256')
    .update(JSON.stringify([{ ...rest, count }, bundle.digest, plan, sampling]))
    .digest('hex');
}
