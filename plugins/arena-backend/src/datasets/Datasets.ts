import { NotFoundError } from '@backstage/errors';
import {
  DatasetRejectsPage,
  DatasetRejectsQuery,
  DatasetRow,
  DatasetRowsPage,
  DatasetRowsQuery,
  DatasetState,
} from '@backstage-arena/plugin-arena-common';
import { DatasetProfile } from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { PlannedRun, PlannedRuns } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { Clock } from '../time/Clock';
import { takesLateRows } from './intakeEnd';
import { listRejects, listRows, readRows } from './listRows';
import { readTally } from './readTally';

/**
 * The datasets of runs: how far they are, their rows and what was rejected. Every method rejects with a `NotFoundError` for a run that does not
 * generate data. Rows are taken by the work queue alone.
 */
export class Datasets {
  constructor(
    private readonly options: { knex: Knex; runs: PlannedRuns; clock: Clock },
  ) {}

  async state(runId: string): Promise<DatasetState> {
    const { knex, clock } = this.options;
    const { run, profile } = await this.dataset(runId);
    const { tally, endedBy, openUntil } = await readTally(knex, run);
    const head = await knex<RunRow>('runs')
      .where({ seq: run.seq })
      .first('state', 'cost');
    const now = clock.now().getTime();
    const isRunning =
      head !== undefined &&
      (head.state === 'Running' ||
        (endedBy !== 'count' &&
          takesLateRows(head, { open_until: openUntil }, now)));
    const { filled, ...figures } = tally;
    return {
      ...figures,
      phase: isRunning ? 'running' : 'over',
      count: profile.count,
      maxAttempts: profile.maxAttempts,
      format: profile.format,
      seed: profile.seed,
      nearDuplicateThreshold: profile.nearDuplicateThreshold,
      nearDuplicateEmbedding: profile.nearDuplicateEmbedding,
      columns: profile.columns,
      quotas: profile.quotas.map((quota, index) => ({
        ...quota,
        rows: filled[index] ?? 0,
      })),
      endedBy,
      cost: head?.cost ?? 0,
      budget:
        profile.budgetLimit === undefined
          ? undefined
          : { limit: profile.budgetLimit, currency: profile.budgetCurrency },
    };
  }

  async rows(runId: string, query: DatasetRowsQuery): Promise<DatasetRowsPage> {
    const { run, profile } = await this.dataset(runId);
    return listRows(this.options.knex, run, profile, query);
  }

  async rejects(
    runId: string,
    query: DatasetRejectsQuery,
  ): Promise<DatasetRejectsPage> {
    const { run, profile } = await this.dataset(runId);
    return listRejects(this.options.knex, run, profile, query);
  }

  /** All rows in order of number, in constant memory. */
  async *allRows(runId: string, from: number): AsyncIterable<DatasetRow[]> {
    const { run, profile } = await this.dataset(runId);
    yield* readRows(this.options.knex, run, profile, from);
  }

  private async dataset(
    runId: string,
  ): Promise<{ run: PlannedRun; profile: DatasetProfile }> {
    const run = await this.options.runs.get(runId);
    const profile = run.pins.dataset;
    if (!profile) {
      throw new NotFoundError(`Run '${runId}' does not generate data`);
    }
    return { run, profile };
  }
}
