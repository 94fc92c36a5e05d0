import { Knex } from 'knex';
import { isPostgres } from '../database/configureDatabase';
import { giveWay } from '../time/giveWay';
import { FinishedItem } from './finishedItem';
import { sqliteStatement } from './sqliteStatements';

const COLUMNS: ReadonlyArray<[keyof FinishedItem & string, string]> = [
  ['idx', 'bigint'],
  ['scenario_ix', 'integer'],
  ['provider_ix', 'integer'],
  ['status', 'smallint'],
  ['attempt', 'integer'],
  ['started_at', 'bigint'],
  ['finished_at', 'bigint'],
  ['duration_ms', 'double precision'],
  ['checks_total', 'integer'],
  ['checks_failed', 'integer'],
  ['score', 'double precision'],
  ['turns', 'integer'],
  ['tool_calls', 'integer'],
  ['input_tokens', 'bigint'],
  ['output_tokens', 'bigint'],
  ['cached_tokens', 'bigint'],
  ['cost', 'double precision'],
  ['ttft_ms', 'double precision'],
  ['message', 'text'],
  ['error', 'text'],
];

const NAMES = COLUMNS.map(([name]) => name);

const SQLITE_INSERT = `insert into run_items (run_seq, transcript_batch, ${NAMES.join(
  ', ',
)}) values (${Array(NAMES.length + 2)
  .fill('?')
  .join(', ')})`;

// One parameter for all rows: neither the number of parameters nor the text of the statement grows with the report.
const POSTGRES_INSERT = `insert into run_items (run_seq, transcript_batch, ${NAMES.join(
  ', ',
)}) select ?, case when has_transcript then ?::bigint end, ${NAMES.join(
  ', ',
)} from json_to_recordset(?::json) as rows(has_transcript boolean, ${COLUMNS.map(
  ([name, type]) => `${name} ${type}`,
).join(', ')})`;

// The driver of SQLite does not give way by itself.
const ROWS_PER_TURN = 50;

/** Inserts results. Fails when one of the items is there already. */
export async function insertItems(
  tx: Knex.Transaction,
  options: {
    runSeq: number;
    items: readonly FinishedItem[];
    /** Batch that holds the transcripts of those that have one. */
    transcriptBatch?: number;
  },
): Promise<void> {
  const { runSeq, items } = options;
  const batch = options.transcriptBatch ?? null;
  if (items.length === 0) return;
  if (isPostgres(tx)) {
    const rows = items.map(
      ({ hasTranscript, isJudged, decides, generated, ...row }) => ({
        ...row,
        has_transcript: hasTranscript,
      }),
    );
    await tx.raw(POSTGRES_INSERT, [runSeq, batch, JSON.stringify(rows)]);
    return;
  }
  const statement = await sqliteStatement(tx, SQLITE_INSERT);
  for (const [position, item] of items.entries()) {
    if (position % ROWS_PER_TURN === ROWS_PER_TURN - 1) await giveWay();
    statement.run(
      runSeq,
      item.hasTranscript ? batch : null,
      ...NAMES.map(name => item[name as keyof FinishedItem]),
    );
  }
}
