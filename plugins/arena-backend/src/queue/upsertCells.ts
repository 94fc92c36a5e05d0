import { Knex } from 'knex';
import { isPostgres } from '../database/configureDatabase';
import { CellDelta } from './counterDelta';
import { sqliteStatement } from './sqliteStatements';

const COUNTERS = [
  'passed',
  'failed',
  'errored',
  'unjudged',
  'input_tokens',
  'output_tokens',
  'cost',
  'duration_ms',
];

const ON_CONFLICT = `on conflict (run_seq, scenario_ix, provider_ix) do update set version = excluded.version, ${COUNTERS.map(
  name => `${name} = run_cells.${name} + excluded.${name}`,
).join(', ')}`;

const INSERT = `insert into run_cells (run_seq, version, picked, scenario_ix, provider_ix, ${COUNTERS.join(
  ', ',
)})`;

const SQLITE_UPSERT = `${INSERT} values (?, ?, 0, ?, ?, ${COUNTERS.map(
  () => '?',
).join(', ')}) ${ON_CONFLICT}`;

const POSTGRES_UPSERT = `${INSERT} select ?, ?, 0, scenario_ix, provider_ix, ${COUNTERS.join(
  ', ',
)} from json_to_recordset(?::json) as rows(scenario_ix integer, provider_ix integer, passed bigint, failed bigint, errored bigint, unjudged bigint, input_tokens bigint, output_tokens bigint, cost double precision, duration_ms double precision) ${ON_CONFLICT}`;

/** Adds to the counters of cells. The lock on the row of the run must be held, or two reports may block each other. */
export async function upsertCells(
  tx: Knex.Transaction,
  options: { runSeq: number; version: number; cells: readonly CellDelta[] },
): Promise<void> {
  const { runSeq, version, cells } = options;
  if (cells.length === 0) return;
  if (isPostgres(tx)) {
    const rows = cells.map(cell => ({
      scenario_ix: cell.scenarioIndex,
      provider_ix: cell.providerIndex,
      passed: cell.passed,
      failed: cell.failed,
      errored: cell.errored,
      unjudged: cell.unjudged,
      input_tokens: cell.inputTokens,
      output_tokens: cell.outputTokens,
      cost: cell.cost,
      duration_ms: cell.durationMs,
    }));
    await tx.raw(POSTGRES_UPSERT, [runSeq, version, JSON.stringify(rows)]);
    return;
  }
  const statement = await sqliteStatement(tx, SQLITE_UPSERT);
  for (const cell of cells) {
    statement.run(
      runSeq,
      version,
      cell.scenarioIndex,
      cell.providerIndex,
      cell.passed,
      cell.failed,
      cell.errored,
      cell.unjudged,
      cell.inputTokens,
      cell.outputTokens,
      cell.cost,
      cell.durationMs,
    );
  }
}
