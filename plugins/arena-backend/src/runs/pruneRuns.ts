import { Knex } from 'knex';
import { retryWhileBusy } from '../database/transact';
import { Clock } from '../time/Clock';
import { deleteRun, deleteTranscripts } from './deleteRun';
import { RunRow } from './tables';

const DAY_MS = 86_400_000;
const RUNS_PER_PASS = 20;

/** Deletes transcripts and whole runs whose time has passed. Counts from the end of the run. */
export async function pruneRuns(
  knex: Knex,
  clock: Clock,
  options: { transcriptDays: number; resultDays: number },
): Promise<{ transcripts: number; runs: number }> {
  const now = clock.now().getTime();
  const closedBefore = (days: number) =>
    knex<RunRow>('runs')
      .where({ state: 'Closed' })
      .andWhere('finished_at', '<=', now - days * DAY_MS)
      .orderBy('seq')
      .limit(RUNS_PER_PASS)
      .select('run_id', 'seq');

  const old = await closedBefore(options.resultDays);
  for (const { run_id: runId } of old) await deleteRun(knex, runId);

  const silent = await closedBefore(options.transcriptDays).andWhere({
    transcripts_pruned: false,
  });
  for (const { seq } of silent) {
    // First the mark, so that nobody is offered a transcript that is just being deleted.
    await retryWhileBusy(async () =>
      knex<RunRow>('runs')
        .where({ seq })
        .update({
          transcripts_pruned: true,
          version: knex.raw('version + 1'),
        }),
    );
    await deleteTranscripts(knex, seq);
  }
  return { transcripts: silent.length, runs: old.length };
}
