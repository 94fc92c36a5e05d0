import { stringifyError } from '@backstage/errors';
import {
  LoadAccumulator,
  LoadCourse,
  LoadReportBatch,
  LoadTotals,
} from '@backstage-arena/plugin-arena-common/load';
import { PlannedRun } from '../runs/PlannedRun';
import { giveWay } from '../time/giveWay';
import type { LoadContext } from './LoadObserver';
import { restoreSnapshot, storeSnapshot } from './loadSnapshots';
import { NumberedBatch, readBatches } from './readBatches';
import { KEPT_SECONDS, SecondsWindow } from './SecondsWindow';
import { storeSeries } from './writeProgress';
import { logFields } from '../runs/logFields';

/** Batches after which the series so far is written. */
const FLUSH_BATCHES = 500;
/** Batches after which what was added up is stored: whoever takes over reads no more than so many. */
const SNAPSHOT_BATCHES = 600;

export interface LoadIntakeOptions {
  context: LoadContext;
  run: PlannedRun;
  course: LoadCourse;
  /** Called for each batch that was taken, with its own totals. */
  onBatch: (batch: LoadReportBatch, totals: LoadTotals) => void;
}

/** Takes in what workers report, once and in the order in which it came: adds it up for the course of the test, and puts its latest seconds together. */
export class LoadIntake {
  readonly window = new SecondsWindow();
  /** Number of the latest batch that was taken. */
  private lastBatch = 0;
  /** Batches since the last snapshot. */
  private unsaved = 0;

  constructor(private readonly options: LoadIntakeOptions) {}

  /** Goes on from the last snapshot, if there is one. Seconds that may still change are put together again. */
  async restore(): Promise<void> {
    const { context, run, course } = this.options;
    const { accumulator } = course;
    const upTo = await restoreSnapshot(context.knex, run.seq, accumulator);
    if (upTo === 0) return;
    this.lastBatch = upTo;
    const scratch = new LoadAccumulator(() => course.stages);
    const latest = readBatches(context.knex, run.seq, {
      upTo,
      fromSecond: Math.max(0, accumulator.lastSecond - KEPT_SECONDS),
    });
    for await (const stored of latest) {
      const batch = await this.read(stored);
      if (!batch) continue;
      const totals = await scratch.addInParts(batch, () => giveWay());
      this.window.add(batch, totals);
    }
    this.window.settle();
  }

  /** @returns how many have come since it was asked last */
  async take(): Promise<number> {
    const { context, run, course } = this.options;
    const { knex } = context;
    let count = 0;
    const stored = readBatches(knex, run.seq, { after: this.lastBatch });
    for await (const each of stored) {
      // One that cannot be read must not hold up the others for ever.
      this.lastBatch = each.number;
      const batch = await this.read(each);
      if (batch) await this.add(batch);
      count += 1;
      if (count % FLUSH_BATCHES === 0) {
        const { schedule } = course;
        await storeSeries(knex, run, {
          seconds: this.window.changed,
          schedule,
        });
        this.window.settle();
      }
    }
    this.unsaved += count;
    return count;
  }

  /** Stores a snapshot when it is time. */
  async save(): Promise<void> {
    if (this.unsaved < SNAPSHOT_BATCHES) return;
    const { context, run, course } = this.options;
    const { accumulator } = course;
    await storeSnapshot(context.knex, run.seq, this.lastBatch, accumulator);
    this.unsaved = 0;
  }

  private async add(batch: LoadReportBatch): Promise<void> {
    const { context, run, course, onBatch } = this.options;
    const totals = await course.accumulator.addInParts(batch, () => giveWay());
    onBatch(batch, totals);
    if (this.window.add(batch, totals)) return;
    const { second, workerId } = batch.worker;
    context.logger.warn(
      `Run ${run.runId}: second ${second} of worker ${workerId} came too late for the series; the report has it`,
      logFields(run),
    );
  }

  private async read(
    stored: NumberedBatch,
  ): Promise<LoadReportBatch | undefined> {
    try {
      return await stored.read();
    } catch (error) {
      const { context, run } = this.options;
      context.logger.error(
        `Run ${run.runId}: second ${stored.second} of worker ${
          stored.worker_id
        } cannot be read: ${stringifyError(error)}`,
        logFields(run),
      );
      return undefined;
    }
  }
}
