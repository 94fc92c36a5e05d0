import { ConflictError } from '@backstage/errors';
import { Knex } from 'knex';
import { takeAttempts, TakenAttempts } from '../datasets/takeAttempts';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { sumDeltas } from './counterDelta';
import { FinishedItem } from './finishedItem';
import { insertItems } from './insertItems';
import { upsertCells } from './upsertCells';

/**
 * Puts finished items into the results and the counters, and frees what is no longer under lease: the one place where items
 * are counted.
 *
 * @remarks
 * Order of locks in every transaction: leases, then the run, then its dataset, then its cells. The row of the run is taken as late as
 * possible, because all reports of a run wait for it.
 *
 * @returns `isOver` of a dataset that took no rows any more: good ones were counted as surplus.
 *
 * @throws ConflictError when the run takes no results any more; the transaction must be rolled back.
 */
export async function countItemsIn(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    items: readonly FinishedItem[];
    transcriptBatch?: number;
    /** Milliseconds since 1970. */
    now: number;
    /** Items that are no longer under lease: finished, retried and returned ones. */
    freed: number;
  },
): Promise<{ isOver: boolean }> {
  const { run, freed } = options;
  const taken = run.pins.dataset && (await takeIn(tx, options));
  const items = taken?.items ?? options.items;
  await insertItems(tx, {
    runSeq: run.seq,
    items,
    transcriptBatch: options.transcriptBatch,
  });
  const { total, verdict, cells } = sumDeltas(items);
  // Of a dataset its rows are what is counted; attempts without one have figures of their own.
  if (taken) {
    for (const counts of [total, verdict]) {
      counts.passed = taken.rows;
      counts.failed = 0;
      counts.errored = 0;
    }
  }
  const finished = taken ? taken.rows : items.length;
  const [row] = await tx<RunRow>('runs')
    .where({ seq: run.seq })
    .whereIn('state', taken ? ['Running', 'Finalizing'] : ['Running'])
    .update({
      leased: tx.raw('leased - ?', [freed]),
      passed: tx.raw('passed + ?', [total.passed]),
      failed: tx.raw('failed + ?', [total.failed]),
      errored: tx.raw('errored + ?', [total.errored]),
      input_tokens: tx.raw('input_tokens + ?', [total.inputTokens]),
      output_tokens: tx.raw('output_tokens + ?', [total.outputTokens]),
      cost: tx.raw('cost + ?', [total.cost]),
      duration_ms: tx.raw('duration_ms + ?', [total.durationMs]),
      // They stay null where they are.
      verdict_passed: tx.raw('verdict_passed + ?', [verdict.passed]),
      verdict_failed: tx.raw('verdict_failed + ?', [verdict.failed]),
      verdict_errored: tx.raw('verdict_errored + ?', [verdict.errored]),
      version: tx.raw('version + 1'),
      state: tx.raw(
        // Without money nothing more is begun: what is free then stays undone.
        "case when ? = 1 or passed + failed + errored + ? >= total or (budget_exhausted and leased <= ?) then 'Finalizing' else state end",
        [taken?.endedBy ? 1 : 0, finished, freed],
      ),
    })
    .returning(['version']);
  if (!row) {
    throw new ConflictError(`Run '${run.runId}' takes no results any more`);
  }
  await upsertCells(tx, {
    runSeq: run.seq,
    version: Number(row.version),
    cells,
  });
  return { isOver: taken?.isOver ?? false };
}

/** The lock on the row of the run comes first here: rows are taken one report after the other. */
async function takeIn(
  tx: Knex.Transaction,
  {
    run,
    items,
    now,
  }: { run: PlannedRun; items: readonly FinishedItem[]; now: number },
): Promise<TakenAttempts> {
  const [row] = await tx<RunRow>('runs')
    .where({ seq: run.seq })
    .whereNot('state', 'Closed')
    .update({ version: tx.raw('version + 1') })
    .returning(['state']);
  if (!row) {
    throw new ConflictError(`Run '${run.runId}' takes no results any more`);
  }
  return takeAttempts(tx, {
    run,
    profile: run.pins.dataset!,
    items,
    state: row.state,
    now,
  });
}
