import {
  CellAccumulator,
  CellStatistics,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { giveWay } from '../time/giveWay';
import { PlannedRun } from './PlannedRun';
import { readItemRows } from './readItems';
import { ITEM_STATUSES, RunItemRow } from './tables';

const COLUMNS: Array<keyof RunItemRow> = [
  'idx',
  'status',
  'error',
  'score',
  'duration_ms',
  'ttft_ms',
];

const ROWS_PER_TURN = 500;

/**
 * Statistics of one cell, from its items: they are one range of indexes for each region, which the primary key finds. Memory does
 * not grow with their number.
 *
 * @throws the reason of `signal` soon after it is aborted
 */
export async function readCellStatistics(
  knex: Knex,
  run: PlannedRun,
  cell: { scenarioIndex: number; providerIndex: number },
  signal?: AbortSignal,
): Promise<CellStatistics> {
  const { plan } = run;
  const { providers, variants, trials } = plan.scenarios[cell.scenarioIndex];
  const position = providers.indexOf(cell.providerIndex);
  const size = variants * trials;
  const accumulator = new CellAccumulator();
  for (const [regionIndex, region] of plan.regions.entries()) {
    signal?.throwIfAborted();
    const from =
      plan.offsets[cell.scenarioIndex] +
      (regionIndex * providers.length + position) * size;
    const pages = readItemRows(knex, run.seq, {
      from,
      to: from + size,
      columns: COLUMNS,
    });
    for await (const page of pages) {
      for (const row of page) {
        accumulator.add({
          region,
          variant: Math.floor((Number(row.idx) - from) / trials),
          status: ITEM_STATUSES[row.status],
          error: row.error === null ? undefined : JSON.parse(row.error),
          score: row.score ?? undefined,
          durationMs: row.duration_ms,
          ttftMs: row.ttft_ms ?? undefined,
        });
        // The driver of SQLite does not give way by itself.
        if (accumulator.size % ROWS_PER_TURN === 0) {
          await giveWay();
          signal?.throwIfAborted();
        }
      }
    }
  }
  return accumulator.statistics;
}
