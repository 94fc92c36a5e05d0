import { DatasetEnd, RejectReason } from '@backstage-arena/plugin-arena-common';
import {
  datasetEnd,
  DatasetIntake,
  DatasetProfile,
  DatasetTally,
  IntakeVerdict,
  RowCandidate,
} from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { FinishedItem, storableText } from '../queue/finishedItem';
import { PlannedRun } from '../runs/PlannedRun';
import { ITEM_STATUSES, RunRow, statusCode } from '../runs/tables';
import { insertBands } from './insertBands';
import { insertChunks } from './insertChunks';
import { awaitLateRows, SURPLUS_GRACE_MS, takesLateRows } from './intakeEnd';
import { signatureBuffer } from './signatures';
import {
  RunDatasetRow,
  RunRejectRow,
  RunRowBandRow,
  RunRowRow,
} from './tables';
import { tellKnownRows } from './tellKnownRows';

// SQLite allows 500 selects in a statement, which is how rows are inserted there.
const ROWS_PER_INSERT = 250;
const MAX_MESSAGE = 1_000;

/** What became of the attempts of a report. */
export interface TakenAttempts {
  items: FinishedItem[];
  /** Accepted rows among them. */
  rows: number;
  /** Nothing more is to be tried. */
  endedBy?: DatasetEnd;
  /** It came when no rows were taken any more. */
  isOver: boolean;
}

/**
 * Takes rows into the dataset of a run, each that is unique, valid and wanted, and counts what is not taken. The lock on the row of the run
 * must be held: it makes the reports of all workers come one after the other.
 *
 * @param options.state - of the run
 * @param options.now - milliseconds since 1970
 */
export async function takeAttempts(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    profile: DatasetProfile;
    items: readonly FinishedItem[];
    state: RunRow['state'];
    now: number;
  },
): Promise<TakenAttempts> {
  const { run, profile, state, now } = options;
  const items = [...options.items].sort((a, b) => a.idx - b.idx);
  const dataset = await tx<RunDatasetRow>('run_datasets')
    .where({ run_seq: run.seq })
    .first();
  if (!dataset) throw new Error(`Run '${run.runId}' has no dataset`);
  const isOpen = state === 'Running' || takesLateRows({ state }, dataset, now);
  const tally: DatasetTally = { unfinished: 0, ...JSON.parse(dataset.tally) };
  const intake = new DatasetIntake({ profile, tally, isOpen });
  const candidates = items.flatMap(({ generated }) =>
    generated?.state === 'row' ? [generated.candidate] : [],
  );
  await tellKnownRows(tx, { run, profile, candidates, intake });

  const rows: RunRowRow[] = [];
  const bands: Array<Pick<RunRowBandRow, 'band' | 'number'>> = [];
  const rejects: RunRejectRow[] = [];
  const taken = items.map(item => {
    const { generated } = item;
    if (generated?.state === 'unfinished') {
      intake.leave(1);
      return item;
    }
    const verdict: IntakeVerdict =
      generated?.state === 'row'
        ? intake.offer(generated.candidate)
        : intake.reject(
            generated?.rejection ?? {
              reason: 'error',
              message: item.message ?? 'The attempt was not finished',
            },
          );
    if (verdict.state === 'accepted' && generated?.state === 'row') {
      const { candidate, json } = generated;
      rows.push({
        run_seq: run.seq,
        number: verdict.number,
        attempt: item.idx,
        hash: candidate.hash,
        persona: candidate.persona ?? null,
        accepted_at: item.finished_at,
        signature: signatureColumn(candidate),
        content: json,
      });
      for (const band of new Set(verdict.bands)) {
        bands.push({ band, number: verdict.number });
      }
    }
    if (verdict.state === 'rejected') {
      rejects.push({
        run_seq: run.seq,
        attempt: item.idx,
        reason: verdict.reason,
        message: shortened(verdict.message),
        content: textOf(item),
        duplicate_of: verdict.duplicateOf ?? null,
        persona: personaOf(item),
        rejected_at: item.finished_at,
      });
    }
    return withVerdict(item, verdict);
  });
  await insertChunks(tx, 'run_rows', rows, ROWS_PER_INSERT);
  await insertBands(tx, run.seq, bands);
  await insertChunks(tx, 'run_rejects', rejects, ROWS_PER_INSERT);

  if (items.length > 0) {
    intake.mark(Math.max(...items.map(item => Number(item.finished_at))));
  }
  const end = isOpen ? datasetEnd(profile, tally) : undefined;
  // What came late may have been all that was missing.
  const endedBy =
    end === 'count'
      ? end
      : dataset.ended_by ?? (state === 'Running' ? end : undefined);
  await tx<RunDatasetRow>('run_datasets')
    .where({ run_seq: run.seq })
    .update({
      tally: JSON.stringify(tally),
      ended_by: endedBy ?? null,
    });
  if (endedBy && endedBy !== dataset.ended_by) {
    await awaitLateRows(tx, {
      runSeq: run.seq,
      until:
        now + (endedBy === 'count' ? SURPLUS_GRACE_MS : run.pins.itemTimeoutMs),
    });
  }
  return { items: taken, rows: rows.length, endedBy, isOver: !isOpen };
}

/** By which near-duplicates of a row are found. */
function signatureColumn({
  signature,
  embedding,
}: RowCandidate): RunRowRow['signature'] {
  if (embedding) return Buffer.from(embedding);
  return signature ? signatureBuffer(signature) : null;
}

function textOf({ generated }: FinishedItem): string | null {
  if (generated?.state === 'row') return generated.json.slice(0, 2_000);
  return generated?.state === 'none' ? generated.text ?? null : null;
}

function personaOf({ generated }: FinishedItem): string | null {
  if (generated?.state === 'row') return generated.candidate.persona ?? null;
  return generated?.state === 'none' ? generated.persona ?? null : null;
}

/** The item says what became of its row. */
function withVerdict(item: FinishedItem, verdict: IntakeVerdict): FinishedItem {
  if (verdict.state === 'accepted') return item;
  if (ITEM_STATUSES[item.status] === 'errored') return item;
  return {
    ...item,
    status: statusCode('failed'),
    message:
      verdict.state === 'surplus'
        ? 'Surplus: no more rows were wanted'
        : shortened(`${describeReason(verdict.reason)}: ${verdict.message}`),
  };
}

/** A message may quote what a model said. */
function shortened(message: string): string {
  return storableText(message.slice(0, MAX_MESSAGE));
}

function describeReason(reason: RejectReason): string {
  return {
    invalidJson: 'Invalid JSON',
    schema: 'Not of the schema',
    tooLarge: 'Too large',
    checks: 'Failed checks',
    duplicate: 'Duplicate',
    nearDuplicate: 'Near-duplicate',
    quota: 'Quota full',
    error: 'Error',
  }[reason];
}
