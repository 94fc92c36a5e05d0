import { ConflictError } from '@backstage/errors';
import {
  LoadCommand,
  LoadLeaseRequest,
  LoadLeaseResponse,
  LoadReport,
  LoadReportRequest,
  LoadReportResponse,
  LoadSeriesPage,
  LoadSeriesRow,
  LoadState,
} from '@backstage-arena/plugin-arena-common/load';
import { PlannedRuns } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { commandLoad } from './changeLoad';
import { LoadContext, LoadObserver, LoadView } from './LoadObserver';
import { leaseSlices } from './leaseSlices';
import { readBatchLines } from './readBatches';
import { readLoadSeries, readLoadState } from './readLoad';
import { recordBatches } from './recordBatches';
import { settleLoad } from './settleLoad';

export interface LoadTestsOptions extends LoadContext {
  runs: PlannedRuns;
}

/**
 * The load tests of runs: what their workers lease and report, what people see and change, and what the reconciler follows. Every method rejects with
 * a `NotFoundError` for a run that is none.
 */
export class LoadTests {
  private readonly observers = new Map<string, LoadObserver>();

  constructor(private readonly options: LoadTestsOptions) {}

  async lease(
    runId: string,
    request: LoadLeaseRequest,
  ): Promise<LoadLeaseResponse> {
    return leaseSlices(this.options, await this.run(runId), request);
  }

  /** @throws ConflictError when the test is over */
  async record(
    runId: string,
    request: LoadReportRequest,
  ): Promise<LoadReportResponse> {
    return recordBatches(this.options.knex, await this.run(runId), request);
  }

  async state(runId: string): Promise<LoadState> {
    const { knex, clock } = this.options;
    const run = await this.run(runId);
    const now = clock.now().getTime();
    const state = await readLoadState(knex, run, now);
    const isFinal = state.report && state.report.endedBy !== 'running';
    if (state.phase !== 'over' || isFinal) return state;
    // Of a run that was closed in the middle nobody has made it yet.
    return { ...state, report: await settleLoad(this.options, run) };
  }

  /** @param from - first second */
  async series(runId: string, from: number): Promise<LoadSeriesPage> {
    return readLoadSeries(this.options.knex, await this.run(runId), from);
  }

  /** @throws ConflictError when it cannot be changed now; InputError when the change does not fit */
  async command(runId: string, command: LoadCommand): Promise<void> {
    await commandLoad(this.options, await this.run(runId), command);
  }

  /**
   * The final report.
   *
   * @throws ConflictError while the test runs
   */
  async report(runId: string): Promise<LoadReport> {
    const run = await this.run(runId);
    const head = await this.options
      .knex<RunRow>('runs')
      .where({ seq: run.seq })
      .first('state');
    if (head?.state === 'Running') {
      throw new ConflictError(`The load test of run '${runId}' is not over`);
    }
    return settleLoad(this.options, run);
  }

  /** Lines of JSON: everything that workers reported, by second and worker. */
  async *batchLines(runId: string): AsyncGenerator<string> {
    yield* readBatchLines(this.options.knex, (await this.run(runId)).seq);
  }

  /** All rows of the series, in order. */
  async *allSeries(runId: string): AsyncGenerator<LoadSeriesRow> {
    for (let from = 0; ; ) {
      const { rows } = await this.series(runId, from);
      if (rows.length === 0) return;
      yield* rows;
      from = rows[rows.length - 1].second + 1;
    }
  }

  /** Follows a load test: adds up, decides, writes. For the replica that drives the run. */
  async observe(runId: string): Promise<LoadView> {
    let observer = this.observers.get(runId);
    if (!observer) {
      observer = new LoadObserver(this.options, await this.run(runId));
      this.observers.set(runId, observer);
    }
    return observer.look();
  }

  /** How many workers a load test that is followed should have. */
  scale(
    runId: string,
    options: { current: number; min: number; max: number },
  ): number {
    return this.observers.get(runId)?.scale(options) ?? options.current;
  }

  /** It is not followed any more. */
  forget(runId: string): void {
    this.observers.delete(runId);
  }

  /** Another replica drives all runs now. */
  forgetAll(): void {
    this.observers.clear();
  }

  private run(runId: string) {
    return this.options.runs.get(runId);
  }
}
