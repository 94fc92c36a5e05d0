import { ArenaRunEvent } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { Clock } from '../time/Clock';
import { RunEventDeliveryRow, RunEventRow } from './tables';

const DAY_MS = 86_400_000;
/** Longer than anything is tried to be delivered. */
const KEPT_DAYS = 30;

/** Decides what follows from the end of a run, in the transaction in which it is put on record. */
export interface RunEventPlanner {
  plan(tx: Knex.Transaction, event: ArenaRunEvent): Promise<void>;
}

/** Somebody who wants to hear of ends. */
export interface RunEventTarget {
  /** What its deliveries are called in the database, also after a restart. */
  readonly name: string;
  wants(event: ArenaRunEvent): boolean;
}

export interface RunEventsOptions {
  knex: Knex;
  clock: Clock;
  targets: readonly RunEventTarget[];
  planners: readonly RunEventPlanner[];
}

/**
 * Puts the ends of runs on record, each once, however often and by whomever it is told. Who is to hear of it is written down in the same
 * transaction, so that a crash loses nobody.
 */
export class RunEvents {
  private readonly options: RunEventsOptions;
  private readonly listeners = new Set<(event: ArenaRunEvent) => void>();

  constructor(options: RunEventsOptions) {
    this.options = options;
  }

  /** Called with each end that this replica has put on record; of all replicas one does. */
  onRecorded(listener: (event: ArenaRunEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Returns whether it was not on record yet. */
  async record(event: ArenaRunEvent): Promise<boolean> {
    const { knex, clock, targets, planners } = this.options;
    const now = clock.now().getTime();
    const isNew = await transact(knex, async tx => {
      const [row] = await tx<RunEventRow>('run_events')
        .insert({
          run_id: event.run.id,
          created_at: now,
          event: JSON.stringify(event),
        })
        .onConflict('run_id')
        .ignore()
        .returning(['seq']);
      if (!row) return false;
      const wanted = targets.filter(target => target.wants(event));
      if (wanted.length > 0) {
        await tx<RunEventDeliveryRow>('run_event_deliveries').insert(
          wanted.map(({ name }) => ({
            event_seq: row.seq,
            target: name,
            attempts: 0,
            due_at: now,
            claim: null,
            claimed_until: null,
          })),
        );
      }
      for (const planner of planners) await planner.plan(tx, event);
      return true;
    });
    if (isNew) this.listeners.forEach(listener => listener(event));
    return isNew;
  }

  /** Forgets ends of long ago, and deliveries to whom is no longer configured. */
  async prune(): Promise<number> {
    const { knex, clock } = this.options;
    const before = clock.now().getTime() - KEPT_DAYS * DAY_MS;
    return transact(knex, async tx => {
      const old = tx<RunEventRow>('run_events').where(
        'created_at',
        '<',
        before,
      );
      await tx<RunEventDeliveryRow>('run_event_deliveries')
        .whereIn('event_seq', old.clone().select('seq'))
        .delete();
      return old.delete();
    });
  }
}
