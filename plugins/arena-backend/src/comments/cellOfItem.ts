import { InputError } from '@backstage/errors';
import {
  CommentedCell,
  commentedCellName,
} from '@backstage-arena/plugin-arena-common';
import { createHash } from 'node:crypto';
import { cellOf, PlannedRun } from '../runs/PlannedRun';

/** A cell as comments know it. */
export interface CellKey {
  cell: CommentedCell;
  /** See `commentedCellName`. */
  name: string;
  digest: string;
  /** Digest of the content of the scenario. */
  scenarioKey: string;
}

/** @throws InputError for a run that is no evaluation: only there is a cell the same test in each run. */
export function checkDiscussable({ runId, pins }: PlannedRun): void {
  if (pins.type !== 'evaluation') {
    throw new InputError(
      `Run '${runId}' is of type ${pins.type}: only items of evaluations have comments and labels`,
    );
  }
}

/** @throws InputError when the index is not an item of the run. */
export function cellOfItem(run: PlannedRun, index: number): CellKey {
  checkDiscussable(run);
  if (index >= run.plan.total) {
    throw new InputError(
      `Item ${index} is not in the plan of run '${
        run.runId
      }': allowed are 0 to ${run.plan.total - 1}`,
    );
  }
  const { scenario, provider, region, variant } = cellOf(run, index);
  const cell = {
    scenario: scenario.id,
    provider: provider.id,
    region,
    variant,
  };
  const name = commentedCellName(cell);
  const digest = createHash('sha256').update(name).digest('hex');
  return { cell, name, digest, scenarioKey: scenario.key };
}

/** Reverse of `commentedCellName`. */
export function parseCellName(name: string): CommentedCell {
  const [scenario, provider, region, variant] = JSON.parse(name);
  return { scenario, provider, region, variant };
}
