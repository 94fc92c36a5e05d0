import { InputError } from '@backstage/errors';
import { ReleaseRequest } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { killTokens } from '../runs/runTokens';
import { RunReportRow, RunRow } from '../runs/tables';
import { QueueContext } from './QueueContext';
import { nextOutputTry, retryDelay } from './retryPolicy';

type FinalizeResult = NonNullable<ReleaseRequest['finalize']>;
type FinalizedFile = Extract<FinalizeResult, { ok: true }>['files'][number];
type Failure = Extract<FinalizeResult, { ok: false }>;

/** Closes a run whose reports are written. */
export async function finalizeSucceeded(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    leaseId: string;
    now: number;
    files: readonly FinalizedFile[];
  },
): Promise<void> {
  const { run, leaseId, now, files } = options;
  const [row] = await tx<RunRow>('runs')
    .where({ seq: run.seq, state: 'Finalizing', finalize_lease: leaseId })
    .update({
      state: 'Closed',
      outcome: tx.raw("coalesce(outcome, 'Completed')"),
      finalized: true,
      finalize_lease: null,
      finalize_error: null,
      finished_at: tx.raw('coalesce(finished_at, ?)', [now]),
      version: tx.raw('version + 1'),
    })
    .returning(['seq']);
  if (!row) return;
  await publish(tx, run.seq, files);
  await killTokens(tx, run.seq);
}

/** Shows these reports, and no others. */
async function publish(
  tx: Knex.Transaction,
  seq: number,
  files: readonly FinalizedFile[],
): Promise<void> {
  await tx<RunReportRow>('run_reports')
    .where({ run_seq: seq })
    .update({ published: false });
  for (const { name, digest } of files) {
    // Only what was uploaded for this run: a digest alone would give access to the content of others.
    const count = await tx<RunReportRow>('run_reports')
      .where({ run_seq: seq, name, digest })
      .update({ published: true });
    if (count === 0) {
      throw new InputError(
        `finalize.files: '${name}' with digest '${digest}' was not uploaded; upload it before the release`,
      );
    }
  }
  // Of attempts that failed, and of earlier finalisations: nothing refers to their content any more.
  await tx<RunReportRow>('run_reports')
    .where({ run_seq: seq, published: false })
    .delete();
}

/**
 * Lets another worker try, soon. After some attempts the run is closed, so that nobody waits for it; then the reports are tried again with
 * longer pauses (see `reportsDueAt` of a `RunHead`).
 */
export async function finalizeFailed(
  tx: Knex.Transaction,
  context: QueueContext,
  options: { run: PlannedRun; leaseId: string; now: number; failure: Failure },
): Promise<void> {
  const { run, leaseId, now, failure } = options;
  const [row] = await tx<RunRow>('runs')
    .where({ seq: run.seq, state: 'Finalizing', finalize_lease: leaseId })
    .update({
      finalize_lease: null,
      finalize_failures: tx.raw('finalize_failures + 1'),
      finalize_error: context.redact.text(failure.message),
      version: tx.raw('version + 1'),
    })
    .returning(['finalize_failures', 'finished_at']);
  if (!row) return;
  const failures = row.finalize_failures;
  if (failures < context.options.maxFinalizeAttempts) {
    await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .update({
        finalize_not_before: now + retryDelay(context.options, failures),
      });
    return;
  }
  const finishedAt = Number(row.finished_at ?? now);
  await tx<RunRow>('runs')
    .where({ seq: run.seq })
    .update({
      state: 'Closed',
      outcome: tx.raw("coalesce(outcome, 'Completed')"),
      finalized: true,
      finished_at: finishedAt,
      finalize_not_before: nextOutputTry(context.options, {
        failures,
        finishedAt,
        now,
      }),
    });
  // Without any, those of an earlier finalisation stay.
  if (failure.files?.length) await publish(tx, run.seq, failure.files);
  await killTokens(tx, run.seq);
}

/** Lets another worker write the reports at once: the one that had them stops, and did nothing wrong. */
export async function finalizeReturned(
  tx: Knex.Transaction,
  options: { run: PlannedRun; leaseId: string },
): Promise<void> {
  await tx<RunRow>('runs')
    .where({ seq: options.run.seq, finalize_lease: options.leaseId })
    .update({ finalize_lease: null });
}
