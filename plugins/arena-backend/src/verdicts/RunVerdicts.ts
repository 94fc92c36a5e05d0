import { InputError, NotFoundError } from '@backstage/errors';
import {
  ArenaJob,
  ComparedRun,
  ComparisonOptions,
  JobTrend,
  ObjectKey,
  RunComparisonReport,
  RunGate,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { retryWhileBusy } from '../database/transact';
import { PlannedRun, PlannedRuns } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { cellsOf, MAX_COMPARED_CELLS } from './cellsOf';
import { describeComparison } from './describeComparison';
import { BaselineRef, findBaseline } from './findBaseline';
import { readFigures } from './readFigures';
import { readTrend, TrendQuery } from './readTrend';
import { refOf } from './refOf';
import { RunComparer } from './RunComparer';
import { changedInputs, inputsOf } from './runInputs';
import { seriesOf } from './seriesOf';
import { RunSets } from './sets/RunSets';
import { RunVerdictRow } from './tables';

/** How an evaluation ended. */
export interface RunVerdict {
  phase: 'Succeeded' | 'Failed' | 'Cancelled';
  /** Of the condition `Progressing`. */
  reason: string;
  /** What the baseline said, for a job that has one. */
  gate?: RunGate;
}

type ComparableRow = Pick<
  RunRow,
  | 'seq'
  | 'run_id'
  | 'cluster'
  | 'namespace'
  | 'job_name'
  | 'state'
  | 'finished_at'
>;

/**
 * What evaluations ended with, how they compare, and how they went over time. It is kept as long as the results are, whatever becomes of
 * the jobs.
 */
export class RunVerdicts {
  private readonly knex: Knex;
  private readonly runs: PlannedRuns;
  private readonly comparer: RunComparer;
  /** Several runs beside a baseline. */
  readonly sets: RunSets;

  constructor(options: { knex: Knex; runs: PlannedRuns }) {
    this.knex = options.knex;
    this.runs = options.runs;
    this.sets = new RunSets(options);
    this.comparer = new RunComparer(options);
  }

  /** Says how a run ended. What its baseline said is kept from the first time. */
  async record(
    runId: string,
    job: Pick<ArenaJob, 'metadata'>,
    verdict: RunVerdict,
  ): Promise<void> {
    const run = await this.runs.get(runId);
    const row = await this.row(runId);
    const { phase, reason, gate } = verdict;
    const values: RunVerdictRow = {
      run_seq: run.seq,
      cluster: row.cluster,
      namespace: row.namespace,
      series: await seriesOf(this.knex, row.cluster, job),
      phase,
      reason,
      whole: !run.picked,
      revision: run.pins.source.revision,
      source_uid: run.pins.source.uid,
      source_name: run.pins.source.name,
      arena_file: run.pins.arenaFile,
      ref: refOf(run.pins.source.revision) ?? null,
      ...(await readFigures(this.knex, run.seq)),
      inputs: JSON.stringify(inputsOf(run)),
      gate: gate ? JSON.stringify(gate) : null,
    };
    const { gate: _, ...again } = values;
    await retryWhileBusy(async () =>
      this.knex<RunVerdictRow>('run_verdicts')
        .insert(values)
        .onConflict('run_seq')
        .merge(again),
    );
  }

  /** Name of the job that the runs of a job belong to. */
  async seriesOf(
    cluster: string,
    job: Pick<ArenaJob, 'metadata'>,
  ): Promise<string> {
    return seriesOf(this.knex, cluster, job);
  }

  /** What the baseline said of a run when it ended; undefined for one without. */
  async gate(runId: string): Promise<RunGate | undefined> {
    const { seq } = await this.runs.get(runId);
    const row = await this.knex<RunVerdictRow>('run_verdicts')
      .where({ run_seq: seq })
      .first('gate');
    return row?.gate ? JSON.parse(row.gate) : undefined;
  }

  /** How the latest run of a job ended, its job there or not; undefined when that is not on record. */
  async phaseOf(
    cluster: string,
    { namespace, name }: ObjectKey,
  ): Promise<RunVerdict['phase'] | undefined> {
    const row: Pick<RunVerdictRow, 'phase'> | undefined = await this.knex(
      'runs',
    )
      .join('run_verdicts', 'run_verdicts.run_seq', 'runs.seq')
      .where({
        'runs.cluster': cluster,
        'runs.namespace': namespace,
        'runs.job_name': name,
      })
      .orderBy('runs.seq', 'desc')
      .first('run_verdicts.phase');
    return row?.phase as RunVerdict['phase'] | undefined;
  }

  /**
   * Compares a run that has ended with the baseline that its job names. Which run that is, is decided now; once it is on record, what is
   * there is the answer.
   */
  async judge(
    runId: string,
    job: Pick<ArenaJob, 'metadata'>,
    ref: BaselineRef,
  ): Promise<RunGate> {
    const known = await this.gate(runId);
    if (known) return known;
    const run = await this.runs.get(runId);
    const row = await this.row(runId);
    const { runId: baselineId, earlierRuns } = await findBaseline(
      this.knex,
      ref,
      {
        seq: run.seq,
        cluster: row.cluster,
        namespace: row.namespace,
        series: await seriesOf(this.knex, row.cluster, job),
        sourceName: run.pins.source.name,
        arenaFile: run.pins.arenaFile,
      },
    );
    if (baselineId === undefined) return withoutBaseline(ref, earlierRuns);
    const baseline = await this.runs.get(baselineId);
    const compared = toCompared(await this.row(baselineId), baseline);
    const count = cellsOf(baseline.plan);
    if (count > MAX_COMPARED_CELLS) {
      return {
        verdict: 'NothingInCommon',
        message: `Run ${baselineId} has ${count} cells: at most ${MAX_COMPARED_CELLS} can be compared`,
        baseline: compared,
        changedInputs: changedInputs(inputsOf(baseline), inputsOf(run)),
      };
    }
    const comparison = await this.comparer.compare(baseline, run, {
      significance: ref.significance,
      minEffect: (ref.minEffect ?? 1) / 100,
      decideByCells: ref.cells,
      isFinal: false,
    });
    return {
      ...describeComparison(compared, comparison),
      baseline: compared,
      changedInputs: changedInputs(inputsOf(baseline), inputsOf(run)),
      comparison,
    };
  }

  /**
   * Compares any two evaluations of a namespace.
   *
   * @param options.baseline - id; absent: the one that the run was judged by
   * @param options.signal - when nobody waits for it any more
   * @throws NotFoundError, InputError
   */
  async compare(
    runId: string,
    options: ComparisonOptions & {
      baseline?: string;
      signal?: AbortSignal;
    } = {},
  ): Promise<RunComparisonReport> {
    const { baseline: named, signal, ...limits } = options;
    const current = await this.row(runId);
    const gate = named === undefined ? await this.gate(runId) : undefined;
    const baselineId = named ?? gate?.baseline?.id;
    if (baselineId === undefined) {
      throw new NotFoundError(
        `Run '${runId}' was judged without a baseline: name one in the parameter 'baseline'`,
      );
    }
    const baseline = await this.row(baselineId);
    if (
      baseline.cluster !== current.cluster ||
      baseline.namespace !== current.namespace
    ) {
      // Like one that does not exist: its name must not be a way to look at it.
      throw new NotFoundError(`Run '${baselineId}' does not exist`);
    }
    const [before, after] = [
      await this.runs.get(baselineId),
      await this.runs.get(runId),
    ];
    for (const run of [before, after]) {
      if (run.pins.type !== 'evaluation') {
        throw new InputError(
          `Run '${run.runId}' is of type ${run.pins.type}: only evaluations can be compared`,
        );
      }
      const count = cellsOf(run.plan);
      if (count > MAX_COMPARED_CELLS) {
        throw new InputError(
          `Run '${run.runId}' has ${count} cells: at most ${MAX_COMPARED_CELLS} can be compared`,
        );
      }
    }
    return {
      baseline: toCompared(baseline, before),
      current: toCompared(current, after),
      changedInputs: changedInputs(inputsOf(before), inputsOf(after)),
      comparison: await this.comparer.compare(before, after, {
        significance: gate?.comparison?.significance,
        minEffect: gate?.comparison?.minEffect,
        decideByCells: gate?.comparison?.decideByCells,
        ...limits,
        isFinal: baseline.finished_at !== null && current.finished_at !== null,
        signal,
      }),
    };
  }

  /** The runs of a job, of those that repeat it and of those that its schedule created, the latest first; of a scenario or a provider, if one is named. */
  async trend(query: TrendQuery): Promise<JobTrend> {
    return readTrend(this.knex, this.runs, query);
  }

  private async row(runId: string): Promise<ComparableRow> {
    const row = await this.knex<RunRow>('runs')
      .where({ run_id: runId })
      .first(
        'seq',
        'run_id',
        'cluster',
        'namespace',
        'job_name',
        'state',
        'finished_at',
      );
    if (!row) throw new NotFoundError(`Run '${runId}' does not exist`);
    return row;
  }
}

function toCompared(row: ComparableRow, { pins }: PlannedRun): ComparedRun {
  return {
    id: row.run_id,
    jobName: row.job_name,
    revision: pins.source.revision,
    ...(row.finished_at !== null && {
      finishedAt: new Date(Number(row.finished_at)).toISOString(),
    }),
  };
}

function withoutBaseline(ref: BaselineRef, earlierRuns: number): RunGate {
  if (ref.runId !== undefined) {
    return {
      verdict: 'BaselineGone',
      message: `Run ${ref.runId}, the baseline, is no longer stored`,
      changedInputs: [],
    };
  }
  let which = 'no earlier run of this job';
  if (ref.jobRef) which = `no earlier run of ArenaJob ${ref.jobRef.name}`;
  if (ref.branch) which = `no earlier run of the branch ${ref.branch}`;
  return {
    verdict: 'NoBaseline',
    message: `There is nothing to compare with yet: ${which} has ended with verdicts, and without a regression`,
    changedInputs: [],
    earlierRuns,
  };
}
