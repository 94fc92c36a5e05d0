import {
  bandsOf,
  COMPARED_ROWS,
  DatasetIntake,
  DatasetProfile,
  RowCandidate,
} from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { giveWay } from '../time/giveWay';
import { embeddingsOf } from './embeddingsOf';
import { signatureOf } from './signatures';
import { RunRowRow } from './tables';

// SQLite allows 32766 parameters in a statement.
const KEYS_PER_QUERY = 5_000;
/** With a low threshold nearly all rows may share a band with something: the lock on the run is held meanwhile. */
const ROWS_PER_BAND = 200;
const MAX_CANDIDATES = 5_000;

/** Of the rows that were accepted before, tells of those alone that these may repeat. */
export async function tellKnownRows(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    profile: DatasetProfile;
    candidates: readonly RowCandidate[];
    intake: DatasetIntake;
  },
): Promise<void> {
  const { run, intake, profile, candidates } = options;
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
  if (profile.nearDuplicateEmbedding) {
    await tellWhatMeansTheSame(tx, { run, threshold, candidates, intake });
    return;
  }
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

/** The row that is nearest to each, by what it means. */
async function tellWhatMeansTheSame(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    threshold: number;
    candidates: readonly RowCandidate[];
    intake: DatasetIntake;
  },
): Promise<void> {
  const { run, threshold, candidates, intake } = options;
  const rows = await embeddingsOf(tx, run);
  for (const { embedding } of candidates) {
    if (!embedding) continue;
    const near = rows.nearest(embedding, threshold);
    if (near) {
      const { number } = near;
      intake.know({ embeddings: [{ number, embedding: rows.at(number) }] });
    }
    // Each is compared with all rows, which takes a while where there are many.
    await giveWay();
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
    `select number from (${all}) as sharing group by number order by count(*) desc limit ${COMPARED_ROWS}`,
    bands.flatMap(band => [runSeq, band]),
  );
  // PostgreSQL answers with an object that has them.
  const rows: Array<{ number: number | string }> =
    Reflect.get(Object(found), 'rows') ?? found;
  return rows.map(({ number }) => Number(number));
}
