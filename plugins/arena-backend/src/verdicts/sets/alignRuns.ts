import {
  commentedCellName,
  RunSetChange,
  RunSetEntry,
} from '@backstage-arena/plugin-arena-common';
import { giveWay } from '../../time/giveWay';
import { CountedRun, RunCell } from './CountedRun';

/** A cell in all runs of a set. */
export interface AlignedRow {
  name: string;
  scenario: string;
  provider: string;
  region: string;
  variant: number;
  /** In the order of the runs; undefined where a run has no such cell. */
  cells: Array<RunCell | undefined>;
  /** Beside the baseline; undefined for the baseline itself, and where neither has the cell. */
  changes: Array<RunSetChange | undefined>;
  /** Of each change that was tested. */
  pValues: Array<number | undefined>;
}

const ROWS_PER_TURN = 2_000;

/**
 * Brings the cells of runs together by what they are, in the order of the baseline, then of the others.
 *
 * @param runs - the baseline first
 * @param entries - of each run but the baseline
 */
export async function alignRuns(
  runs: readonly CountedRun[],
  entries: readonly RunSetEntry[],
  signal?: AbortSignal,
): Promise<AlignedRow[]> {
  const rows = new Map<string, AlignedRow>();
  let steps = 0;
  const pause = async () => {
    steps += 1;
    if (steps % ROWS_PER_TURN === 0) {
      await giveWay();
      signal?.throwIfAborted();
    }
  };
  for (const [at, { cells }] of runs.entries()) {
    for (const cell of cells) {
      let row = rows.get(cell.name);
      if (!row) {
        const { name, scenario, provider, region, variant } = cell;
        row = {
          name,
          scenario,
          provider,
          region,
          variant,
          cells: runs.map(() => undefined),
          changes: runs.map(() => undefined),
          pValues: runs.map(() => undefined),
        };
        rows.set(name, row);
      }
      row.cells[at] = cell;
      await pause();
    }
  }
  for (const [index, { cells }] of entries.entries()) {
    for (const {
      scenario,
      provider,
      region,
      variant,
      change,
      pValue,
    } of cells) {
      const row = rows.get(
        commentedCellName({ scenario, provider, region, variant }),
      );
      if (row) {
        row.changes[index + 1] = change;
        row.pValues[index + 1] = pValue;
      }
      await pause();
    }
  }
  for (const row of rows.values()) {
    const [before, ...after] = row.cells;
    after.forEach((cell, index) => {
      row.changes[index + 1] ??= untested(before, cell);
    });
    await pause();
  }
  return [...rows.values()];
}

/** What can be said of a cell that was not tested. */
function untested(
  before: RunCell | undefined,
  after: RunCell | undefined,
): RunSetChange | undefined {
  if (before && after) {
    return before.scenarioKey === after.scenarioKey ? 'unjudged' : 'edited';
  }
  if (before) return 'gone';
  return after && 'new';
}
