import { ConflictError } from '@backstage/errors';
import {
  ArenaJob,
  FireOutcome,
  FireResult,
  HandledFires,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { ScheduleFireRow, ScheduleRow } from './tables';

/** How far a schedule is. */
export interface ScheduleState {
  /** What was due until then is dealt with; milliseconds since the epoch. */
  handledUntil: number;
  /** What it was read from. */
  expression: string;
  /** It was suspended when it was looked at last. */
  suspended: boolean;
  /** Time of the fire for which a run was cancelled, and which is started once that has ended. */
  waitingFor?: number;
}

/** Rows that are kept of a schedule: those of every minute for two weeks, of every hour for two years. */
const KEPT_ROWS = 20_000;
const PAGE_SIZE = 500;

/** What became of the fires of schedules, and how far each is. Outlives a restart, and says of each fire once what became of it. */
export class ScheduleHistory {
  private readonly keptRows: number;

  /** @param options.keptRows - of each schedule; default 20,000 */
  constructor(
    private readonly knex: Knex,
    options: { keptRows?: number } = {},
  ) {
    this.keptRows = options.keptRows ?? KEPT_ROWS;
  }

  /** How far the schedule of a job is; one that nobody has seen before begins with `initial`. */
  async open(
    cluster: string,
    job: ArenaJob,
    initial: ScheduleState,
  ): Promise<ScheduleState> {
    const { uid, namespace, name } = job.metadata;
    // Of a job that had this name before.
    await this.knex<ScheduleRow>('schedules')
      .where({ cluster, namespace, name })
      .whereNot({ job_uid: uid })
      .delete();
    await this.knex<ScheduleRow>('schedules')
      .insert({
        job_uid: uid,
        cluster,
        namespace,
        name,
        ...toRow(initial),
        known_from: initial.handledUntil,
      })
      .onConflict('job_uid')
      .ignore();
    const row = await this.knex<ScheduleRow>('schedules')
      .where({ job_uid: uid })
      .first();
    if (!row) throw new ConflictError(`The schedule of ${name} is gone`);
    return {
      handledUntil: Number(row.handled_until),
      expression: row.expression,
      suspended: Boolean(row.suspended),
      waitingFor:
        row.waiting_for === null ? undefined : Number(row.waiting_for),
    };
  }

  /**
   * Says what became of fires, and how far the schedule is then.
   *
   * @throws ConflictError when another replica was faster
   */
  async record(
    uid: string,
    options: {
      before: ScheduleState;
      after: ScheduleState;
      fires: readonly HandledFires[];
    },
  ): Promise<void> {
    const { before, after, fires } = options;
    await transact(this.knex, async tx => {
      const changed = await tx<ScheduleRow>('schedules')
        .where({ job_uid: uid, handled_until: before.handledUntil })
        .update(toRow(after));
      if (changed === 0) {
        throw new ConflictError('The schedule was moved on by another replica');
      }
      const fresh = await this.extendLatest(tx, uid, fires);
      if (fresh.length === 0) return;
      const rows = fresh.map(fire => ({
        job_uid: uid,
        first_at: fire.firstAt,
        last_at: fire.lastAt,
        count: fire.count,
        outcome: fire.outcome,
        message: fire.message ?? null,
        child: fire.child ?? null,
      }));
      // A clock that went back tells nothing anew.
      await tx<ScheduleFireRow>('schedule_fires')
        .insert(rows)
        .onConflict(['job_uid', 'first_at'])
        .ignore();
      const oldest = await tx<ScheduleFireRow>('schedule_fires')
        .where({ job_uid: uid })
        .orderBy('first_at', 'desc')
        .offset(this.keptRows)
        .first('first_at', 'last_at');
      if (!oldest) return;
      await tx<ScheduleFireRow>('schedule_fires')
        .where({ job_uid: uid })
        .andWhere('first_at', '<=', oldest.first_at)
        .delete();
      await tx<ScheduleRow>('schedules')
        .where({ job_uid: uid })
        .update({ known_from: Number(oldest.last_at) + 1 });
    });
  }

  /** A suspension of weeks is one row. */
  private async extendLatest(
    tx: Knex.Transaction,
    uid: string,
    fires: readonly HandledFires[],
  ): Promise<readonly HandledFires[]> {
    const [first, ...rest] = fires;
    if (first?.outcome !== 'Suspended') return fires;
    const latest = await tx<ScheduleFireRow>('schedule_fires')
      .where({ job_uid: uid })
      .orderBy('first_at', 'desc')
      .first();
    if (latest?.outcome !== 'Suspended') return fires;
    if (Number(latest.last_at) >= first.firstAt) return fires;
    await tx<ScheduleFireRow>('schedule_fires')
      .where({ id: latest.id })
      .update({
        last_at: first.lastAt,
        count: latest.count + first.count,
      });
    return rest;
  }

  /**
   * What became of fires, the latest first.
   *
   * @param options.before - only those before this time, in milliseconds since the epoch
   */
  async list(
    uid: string,
    options: { limit: number; before?: number },
  ): Promise<HandledFires[]> {
    const query = this.knex<ScheduleFireRow>('schedule_fires')
      .where({ job_uid: uid })
      .orderBy('first_at', 'desc')
      .limit(options.limit);
    if (options.before !== undefined) {
      query.andWhere('first_at', '<', options.before);
    }
    return (await query).map(row => ({
      firstAt: Number(row.first_at),
      lastAt: Number(row.last_at),
      count: row.count,
      outcome: row.outcome as FireOutcome,
      message: row.message ?? undefined,
      child: row.child ?? undefined,
      result: (row.result as FireResult | null) ?? undefined,
    }));
  }

  /** Since when everything is on record, in milliseconds since the epoch; undefined for a schedule that nobody has looked at yet. */
  async knownFrom(uid: string): Promise<number | undefined> {
    const row = await this.knex<ScheduleRow>('schedules')
      .where({ job_uid: uid })
      .first('known_from');
    return row && Number(row.known_from);
  }

  /** The times for which jobs were started of which nothing else is known yet. */
  async running(uid: string): Promise<number[]> {
    const rows = await this.knex<ScheduleFireRow>('schedule_fires')
      .where({ job_uid: uid, outcome: 'Started' })
      .whereNull('result')
      .select('first_at');
    return rows.map(({ first_at: at }) => Number(at));
  }

  /** Notes what became of the job that was started for a time, unless that is known. */
  async settle(uid: string, at: number, result: FireResult): Promise<void> {
    await this.knex<ScheduleFireRow>('schedule_fires')
      .where({ job_uid: uid, first_at: at })
      .whereNull('result')
      .update({ result });
  }

  /** The jobs of which schedules are known, whether they are still there or not. */
  async *jobs(cluster: string): AsyncGenerator<ObjectKey, void> {
    for (let last = ''; ; ) {
      const rows = await this.knex<ScheduleRow>('schedules')
        .where({ cluster })
        .andWhere('job_uid', '>', last)
        .orderBy('job_uid')
        .limit(PAGE_SIZE)
        .select('job_uid', 'namespace', 'name');
      if (rows.length === 0) return;
      for (const { namespace, name } of rows) yield { namespace, name };
      last = rows[rows.length - 1].job_uid;
    }
  }

  /** The job of a name is gone, and with it its schedule. */
  async forget(cluster: string, { namespace, name }: ObjectKey): Promise<void> {
    await this.knex<ScheduleRow>('schedules')
      .where({ cluster, namespace, name })
      .delete();
  }
}

function toRow(
  state: ScheduleState,
): Pick<
  ScheduleRow,
  'handled_until' | 'expression' | 'suspended' | 'waiting_for'
> {
  return {
    handled_until: state.handledUntil,
    expression: state.expression,
    suspended: state.suspended,
    waiting_for: state.waitingFor ?? null,
  };
}
