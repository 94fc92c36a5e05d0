import { DatasetEnd, RejectReason } from '@backstage-arena/plugin-arena-common';
import {
  bandsOf,
  datasetEnd,
  DatasetIntake,
  DatasetProfile,
  DatasetTally,
  IntakeVerdict,
} from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { FinishedItem, storableText } from '../queue/finishedItem';
import { PlannedRun } from '../runs/PlannedRun';
import { ITEM_STATUSES, statusCode } from '../runs/tables';
import { insertBands } from './insertBands';
import { insertChunks } from './insertChunks';
import { signatureBuffer, signatureOf } from './signatures';
import {
  RunDatasetRow,
  RunRejectRow,
  RunRowBandRow,
  RunRowRow,
} from './tables';

// SQLite allows 32766 parameters in a statement.
const KEYS_PER_QUERY = 5_000;
// And 500 selects, which is how rows are inserted there.
const ROWS_PER_INSERT = 250;
const MAX_MESSAGE = 1_000;
/** With a low threshold nearly all rows may share a band with something: the lock on the run is held meanwhile. */
const ROWS_PER_BAND = 200;
const ROWS_PER_CANDIDATE = 20;
const MAX_CANDIDATES = 5_000;

/** What became of the attempts of a report. */
export interface TakenAttempts {
  items: FinishedItem[];
  /** Accepted rows among them. */
  rows: number;
  /** Nothing more is to be tried. */
  endedBy?: DatasetEnd;
}

/**
 * Takes rows into the dataset of a run, each that is unique, valid and wanted, and counts what is not taken. The lock on the row of the run
 * must be held: it makes the reports of all workers come one after the other.
 *
 * @param options.isOpen - false: the run takes no rows any more, and what is good is surplus
 */
export async function takeAttempts(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    profile: DatasetProfile;
    items: readonly FinishedItem[];
    isOpen: boolean;
  },
): Promise<TakenAttempts> {
  const { run, profile, isOpen } = options;
  const items = [...options.items].sort((a, b) => a.idx - b.idx);
  const dataset = await tx<RunDatasetRow>('run_datasets')
    .where({ run_seq: run.seq })
    .first();
  if (!dataset) throw new Error(`Run '${run.runId}' has no dataset`);
  const tally: DatasetTally = JSON.parse(dataset.tally);
  const intake = new DatasetIntake({ profile, tally, isOpen });
  await tellWhatIsThere(tx, { run, profile, items, intake });

  const rows: RunRowRow[] = [];
  const bands: Array<Pick<RunRowBandRow, 'band' | 'number'>> = [];
  const rejects: RunRejectRow[] = [];
  const taken = items.map(item => {
    const { generated } = item;
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
        signature: candidate.signature
          ? signatureBuffer(candidate.signature)
          : null,
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
  const endedBy =
    dataset.ended_by ?? (isOpen ? datasetEnd(profile, tally) : undefined);
  await tx<RunDatasetRow>('run_datasets')
    .where({ run_seq: run.seq })
    .update({ tally: JSON.stringify(tally), ended_by: endedBy ?? null });
  return { items: taken, rows: rows.length, endedBy };
}

/** Of the rows that were accepted before, only those that these attempts may repeat. */
async function tellWhatIsThere(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    profile: DatasetProfile;
    items: readonly FinishedItem[];
    intake: DatasetIntake;
  },
): Promise<void> {
  const { run, intake, profile } = options;
  const candidates = options.items.flatMap(({ generated }) =>
    generated?.state === 'row' ? [generated.candidate] : [],
  );
  if (candidates.length === 0) return;
  const equal = await tx<RunRowRow>('run_rows')
    .where({ run_seq: run.seq })
    .whereIn(
      'hash',
      candidates.map(({ hash }) => hash),
    )
    .select('hash', 'number');
  intake.know({
    hashes: equal.map(({ hash, number }) => [hash, Number(number)] as const),
  });
  const { nearDuplicateThreshold: threshold } = profile;
  if (threshold === undefined) return;
  const numbers = new Set<number>();
  for (const { signature } of candidates) {
    if (!signature || numbers.size >= MAX_CANDIDATES) continue;
    const bands = bandsOf(signature, threshold);
    for (const number of await similarRows(tx, run.seq, bands)) {
      numbers.add(number);
    }
  }
  const near = [...numbers];
  for (let start = 0; start < near.length; start += KEYS_PER_QUERY) {
    const found = await tx<RunRowRow>('run_rows')
      .where({ run_seq: run.seq })
      .whereIn('number', near.slice(start, start + KEYS_PER_QUERY))
      .select('number', 'signature');
    intake.know({
      signatures: found.flatMap(({ number, signature }) =>
        signature
          ? [{ number: Number(number), signature: signatureOf(signature) }]
          : [],
      ),
    });
  }
}

/**
 * Rows that are the most similar to one with these bands: those that share the most of them. Of a band that very many rows have, which says little, only
 * some are looked at.
 */
async function similarRows(
  tx: Knex.Transaction,
  runSeq: number,
  bands: readonly number[],
): Promise<number[]> {
  if (bands.length === 0) return [];
  const each = `select number from (select number from run_row_bands where run_seq = ? and band = ? limit ${ROWS_PER_BAND}) as rows_of_band`;
  const all = bands.map(() => each).join(' union all ');
  const found: unknown = await tx.raw(
    `select number from (${all}) as sharing group by number order by count(*) desc limit ${ROWS_PER_CANDIDATE}`,
    bands.flatMap(band => [runSeq, band]),
  );
  // PostgreSQL answers with an object that has them.
  const rows: Array<{ number: number | string }> =
    Reflect.get(Object(found), 'rows') ?? found;
  return rows.map(({ number }) => Number(number));
}

function textOf({ generated }: FinishedItem): string | null {
  if (generated?.state === 'row') return generated.json.slice(0, 2_000);
  return generated?.text ?? null;
}

function personaOf({ generated }: FinishedItem): string | null {
  return (
    (generated?.state === 'row'
      ? generated.candidate.persona
      : generated?.persona) ?? null
  );
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
