import { Knex } from 'knex';
import { retryWhileBusy } from '../database/transact';
import { Clock } from '../time/Clock';
import { deleteRecords, deleteRun, deleteTranscripts } from './deleteRun';
import { RunRow } from './tables';

const DAY_MS = 86_400_000;
const RUNS_PER_PASS = 20;

/** Deletes transcripts, what load tests recorded, and whole runs whose time has passed. Counts from the end of the run. */
export async function pruneRuns(
  knex: Knex,
  clock: Clock,
  options: {
    transcriptDays: number;
    resultDays: number;
    /** Ids of runs that stay, however old; absent: all do. */
    kept?: ReadonlySet<string>;
    /** Ends it after the run that it is at. */
    signal?: AbortSignal;
  },
): Promise<{ transcripts: number; runs: number }> {
  const total = { transcripts: 0, runs: 0 };
  let more = true;
  while (more && !options.signal?.aborted) {
    const pass = await prunePass(knex, clock, options);
    total.transcripts += pass.transcripts;
    total.runs += pass.runs;
    more = pass.transcripts === RUNS_PER_PASS || pass.runs >= RUNS_PER_PASS;
  }
  return total;
}

async function prunePass(
  knex: Knex,
  clock: Clock,
  options: {
    transcriptDays: number;
    resultDays: number;
    kept?: ReadonlySet<string>;
    signal?: AbortSignal;
  },
): Promise<{ transcripts: number; runs: number }> {
  const { kept, signal } = options;
  const done = { transcripts: 0, runs: 0 };
  const now = clock.now().getTime();
  const closedBefore = (days: number) =>
    knex<RunRow>('runs')
      .where({ state: 'Closed' })
      .andWhere('finished_at', '<=', now - days * DAY_MS)
      .orderBy('seq')
      .limit(RUNS_PER_PASS)
      .select('run_id', 'seq');

  let last = 0;
  while (kept && done.runs < RUNS_PER_PASS) {
    const old = await closedBefore(options.resultDays).andWhere(
      'seq',
      '>',
      last,
    );
    for (const { run_id: runId, seq } of old) {
      if (signal?.aborted) return done;
      last = seq;
      if (kept.has(runId)) continue;
      await deleteRun(knex, runId);
      done.runs += 1;
    }
    if (old.length < RUNS_PER_PASS) break;
  }

  const silent = await closedBefore(options.transcriptDays).andWhere({
    transcripts_pruned: false,
  });
  for (const { seq } of silent) {
    if (signal?.aborted) return done;
    // First the mark, so that nobody is offered a transcript that is just being deleted.
    // Not of one whose reports are being written once more.
    const marked = await retryWhileBusy(async () =>
      knex<RunRow>('runs')
        .where({ seq, state: 'Closed' })
        .update({
          transcripts_pruned: true,
          version: knex.raw('version + 1'),
        }),
    );
    if (marked === 0) continue;
    await deleteTranscripts(knex, seq);
    await deleteRecords(knex, seq);
    done.transcripts += 1;
  }
  return done;
}
