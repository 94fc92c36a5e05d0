import { DatasetTally } from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { hasOpenLeases } from '../queue/openLeases';
import { RunRow } from '../runs/tables';
import { RunDatasetRow } from './tables';

/** How long a run that was cancelled waits for calls that are under way. */
export const CANCEL_GRACE_MS = 10_000;

/** How long what is under way is waited for when all rows are there: it is surplus, but was paid for and is to be counted. */
export const SURPLUS_GRACE_MS = 1_000;

/** Whether rows are taken although no more attempts are made: what is under way is paid for. */
export function takesLateRows(
  run: Pick<RunRow, 'state'>,
  dataset: Pick<RunDatasetRow, 'open_until'>,
  now: number,
): boolean {
  return (
    run.state === 'Finalizing' &&
    dataset.open_until !== null &&
    now < Number(dataset.open_until)
  );
}

/** Whether a run generates data. */
export async function generatesData(
  knex: Knex,
  runSeq: number,
): Promise<boolean> {
  const dataset = await knex<RunDatasetRow>('run_datasets')
    .where({ run_seq: runSeq })
    .first('run_seq');
  return dataset !== undefined;
}

/** Reads that of a run, which need not generate data. */
export async function readTakesLateRows(
  knex: Knex,
  run: Pick<RunRow, 'seq' | 'state'>,
  now: number,
): Promise<boolean> {
  if (run.state !== 'Finalizing') return false;
  const dataset = await knex<RunDatasetRow>('run_datasets')
    .where({ run_seq: run.seq })
    .first('open_until');
  return dataset !== undefined && takesLateRows(run, dataset, now);
}

/**
 * Lets the attempts that are under way bring their rows, after the last one was begun. The run must be locked.
 *
 * @returns false when the run does not generate data
 */
export async function awaitLateRows(
  tx: Knex.Transaction,
  options: { runSeq: number; until: number },
): Promise<boolean> {
  const { runSeq, until } = options;
  const isOpen = await hasOpenLeases(tx, runSeq);
  const count = await tx<RunDatasetRow>('run_datasets')
    .where({ run_seq: runSeq })
    .update({ open_until: isOpen ? until : null });
  return count > 0;
}

/** Takes no more rows. The run must be locked. */
export async function endIntake(
  tx: Knex.Transaction,
  options: {
    runSeq: number;
    /** Attempts that are cut off. */
    unfinished: number;
  },
): Promise<void> {
  const { runSeq, unfinished } = options;
  const row = await tx<RunDatasetRow>('run_datasets')
    .where({ run_seq: runSeq })
    .first('tally');
  if (!row) return;
  const tally: DatasetTally = JSON.parse(row.tally);
  tally.attempts += unfinished;
  tally.unfinished = (tally.unfinished ?? 0) + unfinished;
  await tx<RunDatasetRow>('run_datasets')
    .where({ run_seq: runSeq })
    .update({ open_until: null, tally: JSON.stringify(tally) });
}
