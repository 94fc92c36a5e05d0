import { InputError, NotFoundError } from '@backstage/errors';
import {
  compareRunSetInSteps,
  RUN_SET_CHANGES,
  RUN_SET_LIMITS,
  RunSetCellsQuery,
  RunSetChange,
  RunSetComparison,
  RunSetEntry,
  RunSetInputs,
  RunSetMember,
  RunSetQuery,
  RunSetRowsPage,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import pLimit from 'p-limit';
import { PlannedRun, PlannedRuns } from '../../runs/PlannedRun';
import { RunRow } from '../../runs/tables';
import { giveWay } from '../../time/giveWay';
import { cellsOf, MAX_COMPARED_CELLS } from '../cellsOf';
import { runStatistics } from '../runStatistics';
import { AlignedRow, alignRuns } from './alignRuns';
import { CountedRun } from './CountedRun';
import { countRun } from './countRun';
import { changedParts, describeInputs } from './describeInputs';
import { pairCells } from './pairCells';
import { RecentValues } from './RecentValues';
import { RowSelection, selectRows } from './selectRows';
import { keyOf, toRunSetRow } from './toRunSetRow';

const DEFAULT_LIMIT = 50;
/** Each is read once, and one set at a time: others wait for it. */
const MAX_COMPARED_ITEMS = 2_000_000;
/** Sets whose rows are held. */
const MAX_SETS = 4;
/** Orders and filters of a set whose rows are held. */
const MAX_SELECTIONS = 6;

type SetRow = Pick<
  RunRow,
  | 'seq'
  | 'run_id'
  | 'cluster'
  | 'namespace'
  | 'job_name'
  | 'state'
  | 'outcome'
  | 'created_at'
  | 'finished_at'
  | 'passed'
  | 'failed'
  | 'errored'
  | 'verdict_total'
  | 'verdict_passed'
  | 'verdict_failed'
  | 'cost'
  | 'version'
>;

/** A run of a set as it is now. */
interface Member {
  row: SetRow;
  run: PlannedRun;
}

/** What was found in a set. */
interface ComparedSet {
  counted: CountedRun[];
  entries: RunSetEntry[];
  rows: AlignedRow[];
  selections: RecentValues<AlignedRow[]>;
}

/** Signals of who waits for an answer. */
export interface Waiting {
  /** When nobody waits for it any more. */
  signal?: AbortSignal;
}

/**
 * Compares several runs with a baseline, one set at a time and in steps: none of this process's other work waits for long. What was found is
 * held for a while, as a reader pages through it; it counts only as long as no run has gone on.
 */
export class RunSets {
  private readonly knex: Knex;
  private readonly runs: PlannedRuns;
  private readonly counted = new RecentValues<CountedRun>({
    // The runs of two sets of the greatest size.
    max: 2 * MAX_COMPARED_CELLS,
    sizeOf: ({ cells }) => cells.length + 1,
  });
  private readonly sets = new RecentValues<ComparedSet>({ max: MAX_SETS });
  private readonly oneAtATime = pLimit(1);

  constructor(options: { knex: Knex; runs: PlannedRuns }) {
    this.knex = options.knex;
    this.runs = options.runs;
  }

  /** @throws InputError, NotFoundError */
  async compare(
    query: RunSetQuery,
    { signal }: Waiting = {},
  ): Promise<RunSetComparison> {
    const members = await this.members(query.run);
    return describe(members, await this.find(members, query, signal));
  }

  /** @throws InputError, NotFoundError */
  async cells(
    query: RunSetCellsQuery,
    { signal }: Waiting = {},
  ): Promise<RunSetRowsPage> {
    const members = await this.members(query.run);
    const set = await this.find(members, query, signal);
    const rows = await select(set, query);
    const { offset = 0, limit = DEFAULT_LIMIT } = query;
    return {
      items: rows.slice(offset, offset + limit).map(toRunSetRow),
      totalItems: rows.length,
    };
  }

  /**
   * All cells that match, with who the runs are.
   *
   * @throws InputError, NotFoundError
   */
  async all(
    query: RunSetCellsQuery,
    { signal }: Waiting = {},
  ): Promise<{ set: RunSetComparison; rows: readonly AlignedRow[] }> {
    const members = await this.members(query.run);
    const set = await this.find(members, query, signal);
    return { set: describe(members, set), rows: await select(set, query) };
  }

  /**
   * What the runs are made of, beside the baseline.
   *
   * @throws InputError, NotFoundError
   */
  async inputs(ids: readonly string[]): Promise<RunSetInputs[]> {
    const [baseline, ...others] = await this.members(ids);
    return others.map(({ run }) => describeInputs(baseline.run, run));
  }

  /** The runs as they are now, in the order of the request. */
  private async members(ids: readonly string[]): Promise<Member[]> {
    const { min, max } = RUN_SET_LIMITS;
    if (ids.length < min || ids.length > max) {
      throw new InputError(
        `run: ${ids.length} given, allowed are ${min} to ${max}`,
      );
    }
    const twice = ids.find((id, index) => ids.indexOf(id) < index);
    if (twice !== undefined) {
      throw new InputError(`run: '${twice}' is given twice`);
    }
    const found: SetRow[] = await this.knex<RunRow>('runs')
      .whereIn('run_id', [...ids])
      .select(
        'seq',
        'run_id',
        'cluster',
        'namespace',
        'job_name',
        'state',
        'outcome',
        'created_at',
        'finished_at',
        'passed',
        'failed',
        'errored',
        'verdict_total',
        'verdict_passed',
        'verdict_failed',
        'cost',
        'version',
      );
    const rows = ids.map(id => {
      const row = found.find(({ run_id }) => run_id === id);
      if (!row) throw new NotFoundError(`Run '${id}' does not exist`);
      return row;
    });
    const [first] = rows;
    const stranger = rows.find(
      ({ cluster, namespace }) =>
        cluster !== first.cluster || namespace !== first.namespace,
    );
    if (stranger) {
      throw new InputError(
        `Run '${stranger.run_id}' is of ${stranger.cluster}/${stranger.namespace} and the baseline of ${first.cluster}/${first.namespace}: only runs of one namespace can be compared`,
      );
    }
    const members: Member[] = [];
    for (const row of rows) {
      members.push({ row, run: await this.runs.get(row.run_id) });
    }
    const other = members.find(({ run }) => run.pins.type !== 'evaluation');
    if (other) {
      throw new InputError(
        `Run '${other.row.run_id}' is of type ${other.run.pins.type}: only evaluations can be compared`,
      );
    }
    const cells = members.reduce((sum, { run }) => sum + cellsOf(run.plan), 0);
    if (cells > MAX_COMPARED_CELLS) {
      throw new InputError(
        `The runs have ${cells} cells together: at most ${MAX_COMPARED_CELLS} can be compared`,
      );
    }
    const items = members.reduce((sum, { run }) => sum + run.plan.total, 0);
    if (items > MAX_COMPARED_ITEMS) {
      throw new InputError(
        `The runs have ${items} items together: at most ${MAX_COMPARED_ITEMS} can be compared`,
      );
    }
    return members;
  }

  private async find(
    members: readonly Member[],
    { significance, minEffect }: RunSetQuery,
    signal?: AbortSignal,
  ): Promise<ComparedSet> {
    const stamps = members.map(({ row }) => stampOf(row));
    const name = JSON.stringify([stamps, significance, minEffect]);
    return this.oneAtATime(async () => {
      signal?.throwIfAborted();
      return this.sets.get(name, async () => {
        const pause = async () => {
          await giveWay();
          signal?.throwIfAborted();
        };
        const counted: CountedRun[] = [];
        for (const [index, { run }] of members.entries()) {
          counted.push(
            await this.counted.get(stamps[index], () =>
              countRun(this.knex, run, signal),
            ),
          );
        }
        const [baseline, ...others] = members.map(({ run }, index) => ({
          run,
          counted: counted[index],
        }));
        const entries = await compareRunSetInSteps(
          others.map(other => pairCells(baseline, other)),
          { significance, minEffect, pause },
        );
        const rows = await alignRuns(counted, entries, signal);
        return {
          counted,
          entries,
          rows,
          selections: new RecentValues<AlignedRow[]>({ max: MAX_SELECTIONS }),
        };
      });
    });
  }
}

function describe(
  members: readonly Member[],
  set: ComparedSet,
): RunSetComparison {
  const [{ row, run: baseline }] = members;
  const [{ whole }] = set.entries;
  return {
    cluster: row.cluster,
    namespace: row.namespace,
    significance: whole.significance,
    minEffect: whole.minEffect,
    runs: members.map((member, index) => ({
      ...toMember(member, set.counted[index]),
      ...(index > 0 && {
        changedInputs: changedParts(describeInputs(baseline, member.run)),
        whole: set.entries[index - 1].whole,
        changes: countChanges(set.rows, index),
      }),
    })),
    cells: set.rows.length,
    changes: countChanges(set.rows),
  };
}

/** The cells that match, in the order that is asked for. */
async function select(
  { rows, selections }: ComparedSet,
  query: RunSetCellsQuery,
): Promise<AlignedRow[]> {
  const { change, search, orderBy, order, key } = query;
  const at = query.in === undefined ? undefined : query.run.indexOf(query.in);
  if (at !== undefined && at < 1) {
    throw new InputError(
      `in is '${
        query.in
      }': allowed are the runs beside the baseline, ${query.run
        .slice(1)
        .join(', ')}`,
    );
  }
  if (key !== undefined) {
    const row = rows.find(one => keyOf(one) === key);
    return row ? [row] : [];
  }
  const selection: RowSelection = { change, search, orderBy, order, at };
  const name = JSON.stringify([change, search, orderBy, order, at]);
  return selections.get(name, () => selectRows(rows, selection));
}

/** Another one as soon as the run has gone on. */
function stampOf(row: SetRow): string {
  const { seq, version, passed, failed, errored, finished_at } = row;
  return [seq, version, passed, failed, errored, finished_at].join('/');
}

function countChanges(
  rows: readonly AlignedRow[],
  at?: number,
): Record<RunSetChange, number> {
  const counts = Object.fromEntries(
    RUN_SET_CHANGES.map(change => [change, 0]),
  ) as Record<RunSetChange, number>;
  for (const { changes } of rows) {
    const own = at === undefined ? new Set(changes) : [changes[at]];
    for (const change of own) if (change) counts[change] += 1;
  }
  return counts;
}

function toMember({ row, run }: Member, { cells }: CountedRun): RunSetMember {
  const { judged, passed, passRate, interval } = runStatistics(row);
  const sum = { judged: 0, duration: 0, scores: 0, score: 0 };
  for (const cell of cells) {
    sum.judged += cell.judged;
    sum.duration += cell.durationSum;
    sum.scores += cell.scores;
    sum.score += cell.scoreSum;
  }
  return {
    id: row.run_id,
    jobName: row.job_name,
    revision: run.pins.source.revision,
    state: row.state,
    ...(row.outcome && { outcome: row.outcome }),
    createdAt: new Date(Number(row.created_at)).toISOString(),
    ...(row.finished_at !== null && {
      finishedAt: new Date(Number(row.finished_at)).toISOString(),
    }),
    judged,
    passed,
    ...(passRate !== undefined && { passRate, interval }),
    ...(sum.scores > 0 && { score: sum.score / sum.scores }),
    ...(sum.judged > 0 && { durationMs: sum.duration / sum.judged }),
    cost: row.cost,
    changedInputs: [],
  };
}
