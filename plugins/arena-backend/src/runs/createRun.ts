import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { cellAt, RunPlan } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { createDataset } from '../datasets/createDataset';
import { createLoad } from '../loads/createLoad';
import { countItems, ItemRange, rangesOf } from '../queue/itemRanges';
import { insertPending } from '../queue/returnItems';
import { Clock } from '../time/Clock';
import { encodePlan } from './PlannedRun';
import { NewRun } from './RunStore';
import { RunCellRow, RunPlanRow, RunRow } from './tables';
import { verdictTotal } from './verdictItems';

const CELL_CHUNK = 500;

/**
 * Writes a run. Costs the same for any number of items, unless they are picked by hand.
 *
 * Does nothing when there is a run of this id.
 */
export async function createRun(
  knex: Knex,
  clock: Clock,
  run: NewRun,
): Promise<void> {
  const existing = await knex<RunRow>('runs')
    .where({ run_id: run.id })
    .first('seq');
  if (existing) return;

  const picked = run.items && pickedItems(run.plan, run.items);
  const plan = await encodePlan(run.plan);
  const now = clock.now().getTime();
  const { dataset } = run.pins;
  const total =
    dataset?.count ?? (picked ? countItems(picked) : run.plan.total);
  try {
    await transact(knex, async tx => {
      const [{ seq }] = await tx<RunRow>('runs')
        .insert({
          run_id: run.id,
          cluster: run.cluster,
          namespace: run.namespace,
          job_name: run.jobName,
          job_uid: run.jobUid,
          attempt: run.attempt,
          creator: run.creator ?? null,
          owner: run.owner ?? null,
          labels: JSON.stringify(run.labels),
          output_directory: run.outputDirectory ?? null,
          picked: picked !== undefined,
          created_at: now,
          started_at: null,
          finished_at: null,
          // A run without items is complete; its reports are still written.
          state: total === 0 ? 'Finalizing' : 'Running',
          outcome: null,
          total,
          next_fresh: picked ? run.plan.total : 0,
          plan_total: dataset?.maxAttempts ?? run.plan.total,
          leased: 0,
          passed: 0,
          failed: 0,
          errored: 0,
          input_tokens: 0,
          output_tokens: 0,
          cost: 0,
          duration_ms: 0,
          verdict_total: dataset
            ? null
            : verdictTotal({
                pins: run.pins,
                picked: picked !== undefined,
                plan: run.plan,
                total,
              }),
          verdict_passed: 0,
          verdict_failed: 0,
          verdict_errored: 0,
          version: 1,
          next_fence: 0,
          finalized: false,
          finalize_lease: null,
          finalize_failures: 0,
          finalize_not_before: 0,
          finalize_error: null,
          transcripts_pruned: false,
          max_workers: run.pins.workers ?? 1,
          refusal: null,
          budget_exhausted: false,
          series: run.series ?? null,
        })
        .returning(['seq']);
      await tx<RunPlanRow>('run_plans').insert({
        run_seq: seq,
        pins: JSON.stringify(run.pins),
        source_digest: run.pins.source.digest,
        plan,
      });
      if (run.pins.load) {
        await createLoad(tx, { runSeq: seq, expected: run.startWorkers ?? 1 });
      }
      if (dataset) await createDataset(tx, { runSeq: seq, profile: dataset });
      if (picked) {
        await insertPending(
          tx,
          seq,
          picked.map(range => ({ range, notBefore: now })),
        );
        const cells = pickedCells(run.plan, picked, seq);
        for (let start = 0; start < cells.length; start += CELL_CHUNK) {
          await tx<RunCellRow>('run_cells').insert(
            cells.slice(start, start + CELL_CHUNK),
          );
        }
      }
    });
  } catch (error) {
    // Another controller was faster. What it wrote is the same.
    if (!isDatabaseConflictError(error)) throw error;
  }
}

function pickedItems(plan: RunPlan, items: Iterable<number>): ItemRange[] {
  const ranges = rangesOf(items, 1);
  for (const [from, to] of ranges) {
    if (!(Number.isInteger(from) && from >= 0 && to <= plan.total)) {
      throw new InputError(
        `items: ${from} to ${to - 1} is not in the plan; allowed are 0 to ${
          plan.total - 1
        }`,
      );
    }
  }
  return ranges;
}

function pickedCells(
  plan: RunPlan,
  ranges: readonly ItemRange[],
  seq: number,
): RunCellRow[] {
  const cells = new Map<string, RunCellRow>();
  for (const [from, to] of ranges) {
    for (let index = from; index < to; index += 1) {
      const { scenarioIndex, providerIndex } = cellAt(plan, index);
      const key = `${scenarioIndex}/${providerIndex}`;
      const cell = cells.get(key);
      if (cell) {
        cell.picked = Number(cell.picked) + 1;
        continue;
      }
      cells.set(key, {
        run_seq: seq,
        scenario_ix: scenarioIndex,
        provider_ix: providerIndex,
        picked: 1,
        passed: 0,
        failed: 0,
        errored: 0,
        unjudged: 0,
        input_tokens: 0,
        output_tokens: 0,
        cost: 0,
        duration_ms: 0,
        version: 1,
      });
    }
  }
  return [...cells.values()];
}
