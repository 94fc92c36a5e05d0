import { ConflictError, NotFoundError } from '@backstage/errors';
import { RunOutcome } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { retryWhileBusy, transact } from '../database/transact';
import {
  awaitLateRows,
  CANCEL_GRACE_MS,
  generatesData,
} from '../datasets/intakeEnd';
import { nextOutputTry, OutputRetryOptions } from '../queue/retryPolicy';
import { Clock } from '../time/Clock';
import { killTokens } from './runTokens';
import { RunLeaseRow, RunPendingRow, RunRow } from './tables';

/** Ends a run, or lets only its reports be written. See `RunStore.close`. */
export async function closeRun(
  knex: Knex,
  clock: Clock,
  runId: string,
  options: { outcome: RunOutcome; finalize: boolean },
): Promise<void> {
  const { outcome, finalize } = options;
  const now = clock.now().getTime();
  const { seq, awaitsRows: isOpen } = await transact(knex, async tx => {
    const [row] = await tx<RunRow>('runs')
      .where({ run_id: runId })
      .update({
        outcome: tx.raw(
          "case when outcome is null or (outcome = 'Failed' and ? = 'Cancelled') then ? else outcome end",
          [outcome, outcome],
        ),
        version: tx.raw('version + 1'),
      })
      .returning('*');
    if (!row) throw new NotFoundError(`Run '${runId}' does not exist`);
    const done = { seq: row.seq, awaitsRows: false };
    if (row.state === 'Closed') return done;
    if (finalize) {
      // A run that writes its reports already goes on with it.
      if (row.state !== 'Running') {
        return { ...done, awaitsRows: await generatesData(tx, row.seq) };
      }
      const awaitsRows = await awaitLateRows(tx, {
        runSeq: row.seq,
        until: now + CANCEL_GRACE_MS,
      });
      await tx<RunRow>('runs')
        .where({ seq: row.seq })
        .update({
          state: 'Finalizing',
          ...(!awaitsRows && { leased: 0 }),
          finalize_failures: 0,
          finalize_not_before: now,
        });
      return { ...done, awaitsRows };
    }
    await tx<RunRow>('runs')
      .where({ seq: row.seq })
      .update({
        state: 'Closed',
        leased: 0,
        finalize_lease: null,
        // Nor are its reports tried again by themselves.
        finalize_not_before: 0,
        // One whose reports were written once more had ended before.
        finished_at: tx.raw('coalesce(finished_at, ?)', [now]),
      });
    await killTokens(tx, row.seq);
    return done;
  });
  // Who begins to write the reports takes the leases away.
  if (isOpen) return;

  // Whoever holds a lease is refused from now on by the state of the run. Its rows are taken away without the lock on the run,
  // because a report locks its lease first.
  await retryWhileBusy(async () => {
    await knex<RunLeaseRow>('run_leases')
      .where({ run_seq: seq })
      .andWhere(query => {
        query.where('kind', 'work');
        if (!finalize) query.orWhere('kind', 'finalize');
      })
      .delete();
    await knex<RunPendingRow>('run_pending').where({ run_seq: seq }).delete();
  });
}

/**
 * Opens a closed run for writing its reports once more, when that failed or was never done. Its tokens stay dead: the workers need a new one.
 * What went wrong last is known until it is written. A run that writes its reports goes on with it.
 *
 * @throws ConflictError when there is nothing to write again.
 */
export async function reopenForFinalize(
  knex: Knex,
  clock: Clock,
  runId: string,
): Promise<void> {
  const count = await reopen(knex, clock, runId, { finalize_failures: 0 });
  if (count > 0) return;
  const row = await knex<RunRow>('runs')
    .where({ run_id: runId })
    .first('state');
  if (!row) throw new NotFoundError(`Run '${runId}' does not exist`);
  if (row.state === 'Finalizing') return;
  throw new ConflictError(
    row.state === 'Running'
      ? `Run '${runId}' is still going on: its reports are written when it has ended`
      : `The reports of run '${runId}' are written: there is nothing to try again`,
  );
}

/** The same for one attempt: failures are counted on, so that the pauses between such attempts grow. */
export async function resumeFinalize(
  knex: Knex,
  clock: Clock,
  runId: string,
): Promise<void> {
  await reopen(knex, clock, runId, {});
}

/**
 * Counts an attempt that nobody made as one that failed, and closes the run until the next one. Nothing when the reports are not being
 * tried again.
 */
export async function failFinalize(
  knex: Knex,
  clock: Clock,
  runId: string,
  options: OutputRetryOptions & { message: string },
): Promise<void> {
  const now = clock.now().getTime();
  await transact(knex, async tx => {
    const [row] = await tx<RunRow>('runs')
      .where({ run_id: runId, state: 'Finalizing' })
      .whereNotNull('finalize_error')
      .update({
        state: 'Closed',
        outcome: tx.raw("coalesce(outcome, 'Completed')"),
        finalized: true,
        finalize_lease: null,
        finalize_failures: tx.raw('finalize_failures + 1'),
        finalize_error: options.message,
        finished_at: tx.raw('coalesce(finished_at, ?)', [now]),
        version: tx.raw('version + 1'),
      })
      .returning(['seq', 'finalize_failures', 'finished_at']);
    if (!row) return;
    const { seq, finalize_failures: failures } = row;
    const finishedAt = Number(row.finished_at);
    await tx<RunRow>('runs')
      .where({ seq })
      .update({
        finalize_not_before: nextOutputTry(options, {
          failures,
          finishedAt,
          now,
        }),
      });
    await tx<RunLeaseRow>('run_leases')
      .where({ run_seq: seq, kind: 'finalize' })
      .delete();
    await killTokens(tx, seq);
  });
}

/** Has no report of a closed run tried again by itself. */
export async function abandonReports(knex: Knex, runId: string): Promise<void> {
  await retryWhileBusy(async () =>
    knex<RunRow>('runs')
      .where({ run_id: runId, state: 'Closed' })
      .update({ finalize_not_before: 0, version: knex.raw('version + 1') }),
  );
}

/** Returns how many runs it opened. */
async function reopen(
  knex: Knex,
  clock: Clock,
  runId: string,
  changes: Partial<Pick<RunRow, 'finalize_failures'>>,
): Promise<number> {
  const now = clock.now().getTime();
  return retryWhileBusy(async () =>
    knex<RunRow>('runs')
      .where({ run_id: runId, state: 'Closed' })
      .andWhere(query =>
        query.whereNotNull('finalize_error').orWhere('finalized', false),
      )
      .update({
        ...changes,
        state: 'Finalizing',
        finalized: false,
        finalize_not_before: now,
        version: knex.raw('version + 1'),
      }),
  );
}
