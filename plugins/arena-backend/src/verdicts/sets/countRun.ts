import {
  commentedCellName,
  isJudged,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { PlannedRun } from '../../runs/PlannedRun';
import { readItemRows } from '../../runs/readItems';
import { ITEM_STATUSES, RunItemRow } from '../../runs/tables';
import { onlyFirstTrialCounts } from '../../runs/verdictItems';
import { giveWay } from '../../time/giveWay';
import { CountedRun, OUTCOMES, RunCell } from './CountedRun';

const COLUMNS: Array<keyof RunItemRow> = [
  'idx',
  'scenario_ix',
  'status',
  'error',
  'score',
  'duration_ms',
  'cost',
];
const CELLS_PER_TURN = 5_000;

/**
 * All cells of a run, of those that were picked by hand only the ones that have ended. What they measured is read from the items, a page at
 * a time: counters know neither regions nor scores.
 *
 * @throws the reason of `signal` soon after it is aborted
 */
export async function countRun(
  knex: Knex,
  run: PlannedRun,
  signal?: AbortSignal,
): Promise<CountedRun> {
  const { plan, picked } = run;
  const onlyFirst = onlyFirstTrialCounts(run);
  const cells = await planCells(run, signal);
  const starts: number[] = [];
  let next = 0;
  for (const { providers, variants } of plan.scenarios) {
    starts.push(next);
    next += plan.regions.length * providers.length * variants;
  }
  const outcomes = new Uint8Array(plan.total);
  for await (const page of readItemRows(knex, run.seq, { columns: COLUMNS })) {
    signal?.throwIfAborted();
    for (const row of page) {
      const index = Number(row.idx);
      const { trials } = plan.scenarios[row.scenario_ix];
      const offset = index - plan.offsets[row.scenario_ix];
      const cell = cells[starts[row.scenario_ix] + Math.floor(offset / trials)];
      if (onlyFirst && (cell.variant > 0 || offset % trials > 0)) continue;
      cell.costSum += row.cost;
      const status = ITEM_STATUSES[row.status];
      if (!isJudged({ status, error: row.error ? {} : undefined })) {
        cell.unjudged += 1;
        continue;
      }
      const isPassed = status === 'passed';
      outcomes[index] = isPassed ? OUTCOMES.passed : OUTCOMES.failed;
      cell.judged += 1;
      if (isPassed) cell.passed += 1;
      cell.durationSum += row.duration_ms;
      if (row.score !== null) {
        cell.scores += 1;
        cell.scoreSum += row.score;
      }
    }
    await giveWay();
  }
  return {
    cells: cells.filter(
      cell =>
        !(onlyFirst && cell.variant > 0) &&
        !(picked && cell.judged + cell.unjudged === 0),
    ),
    outcomes,
  };
}

async function planCells(
  run: PlannedRun,
  signal?: AbortSignal,
): Promise<RunCell[]> {
  const { plan } = run;
  const onlyFirst = onlyFirstTrialCounts(run);
  const cells: RunCell[] = [];
  for (const [index, entry] of plan.scenarios.entries()) {
    let firstItem = plan.offsets[index];
    for (const region of plan.regions) {
      for (const position of entry.providers) {
        const provider = plan.providers[position].id;
        for (let variant = 0; variant < entry.variants; variant += 1) {
          cells.push({
            name: commentedCellName({
              scenario: entry.id,
              provider,
              region,
              variant,
            }),
            scenario: entry.id,
            scenarioKey: entry.key,
            provider,
            region,
            variant,
            trials: onlyFirst ? 1 : entry.trials,
            firstItem,
            judged: 0,
            passed: 0,
            unjudged: 0,
            scores: 0,
            scoreSum: 0,
            durationSum: 0,
            costSum: 0,
          });
          firstItem += entry.trials;
          if (cells.length % CELLS_PER_TURN === 0) {
            await giveWay();
            signal?.throwIfAborted();
          }
        }
      }
    }
  }
  return cells;
}
