import { NotFoundError } from '@backstage/errors';
import {
  cellAt,
  PlanCell,
  RunPins,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import { attemptCell } from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { RunPlanRow, RunRow } from './tables';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** What never changes in a run. */
export interface PlannedRun {
  runId: string;
  cluster: string;
  namespace: string;
  jobName: string;
  /** Key of the run's rows. */
  seq: number;
  plan: RunPlan;
  pins: RunPins;
  picked: boolean;
  outputDirectory?: string;
}

/**
 * Where an item of a run lies on the axes of its plan. Of a run that generates data it is an attempt.
 *
 * @throws RangeError when the index is not an item of the run
 */
export function cellOf(
  { plan, pins }: Pick<PlannedRun, 'plan' | 'pins'>,
  index: number,
): PlanCell {
  return pins.dataset ? attemptCell(plan, index) : cellAt(plan, index);
}

/** All items of a run have indexes below this. */
export function indexLimit({
  plan,
  pins,
}: Pick<PlannedRun, 'plan' | 'pins'>): number {
  return pins.dataset?.maxAttempts ?? plan.total;
}

/** A plan as it is stored. */
export async function encodePlan(plan: RunPlan): Promise<Buffer> {
  return compress(Buffer.from(JSON.stringify(plan)));
}

/** Reverse of {@link encodePlan}. */
export async function decodePlan(content: Buffer): Promise<RunPlan> {
  return JSON.parse((await decompress(content)).toString('utf8'));
}

const CAPACITY = 64;

/**
 * Plans and pins of the runs in use, so that a request of a worker does not read them again.
 *
 * A run that was deleted may still be in here; whatever is done with it finds no row.
 */
export class PlannedRuns {
  private readonly entries = new Map<string, Promise<PlannedRun>>();

  constructor(private readonly knex: Knex) {}

  /** @throws NotFoundError */
  async get(runId: string): Promise<PlannedRun> {
    const known = this.entries.get(runId);
    if (known) {
      // Moves it to the end: the first one is the one that was not used for longest.
      this.entries.delete(runId);
      this.entries.set(runId, known);
      return known;
    }
    const entry = this.read(runId);
    this.entries.set(runId, entry);
    if (this.entries.size > CAPACITY) {
      this.entries.delete(this.entries.keys().next().value!);
    }
    entry.catch(() => this.forget(runId));
    return entry;
  }

  forget(runId: string): void {
    this.entries.delete(runId);
  }

  private async read(runId: string): Promise<PlannedRun> {
    const row = await this.knex<RunRow>('runs')
      .join<RunPlanRow>('run_plans', 'run_plans.run_seq', 'runs.seq')
      .where('runs.run_id', runId)
      .first(
        'seq',
        'cluster',
        'namespace',
        'job_name',
        'picked',
        'output_directory',
        'plan',
        'pins',
      );
    if (!row) throw new NotFoundError(`Run '${runId}' does not exist`);
    return {
      runId,
      cluster: row.cluster,
      namespace: row.namespace,
      jobName: row.job_name,
      seq: row.seq,
      plan: await decodePlan(row.plan),
      pins: JSON.parse(row.pins),
      picked: Boolean(row.picked),
      outputDirectory: row.output_directory ?? undefined,
    };
  }
}
