import { ArenaEvent, ArenaObject } from '@backstage-arena/plugin-arena-common';
import { EventRecorder } from '@backstage-arena/plugin-arena-node';
import { Knex } from 'knex';
import { retryWhileBusy, transact } from '../database/transact';
import { ChangeSignal } from '../store/ChangeSignal';
import { EventRow } from '../store/tables';
import { Clock } from '../time/Clock';
import { recordEvent, toEvent } from './recordEvent';

export interface DatabaseEventRecorderOptions {
  knex: Knex;
  cluster: string;
  clock: Clock;
  changeSignal: ChangeSignal;
  /** Different events that are kept of one object; the oldest go first. Default 100. */
  maxPerObject?: number;
  /** How long events of a deleted object stay readable. Default one hour, as in Kubernetes. */
  retentionAfterDeletionMs?: number;
}

const HOUR_MS = 3_600_000;
const BATCH = 500;

/**
 * Events of objects in the Backstage database.
 *
 * @remarks
 * One row per object, reason and message, with a count. Each occurrence also goes into the history of the resource store as a change
 * of kind `Event`, under a version of its own: a live stream therefore needs one cursor for objects and events (see `ChangeFeed`).
 * Watches of objects do not see it.
 */
export class DatabaseEventRecorder implements EventRecorder {
  readonly #options: Required<DatabaseEventRecorderOptions>;

  constructor(options: DatabaseEventRecorderOptions) {
    this.#options = {
      ...options,
      maxPerObject: options.maxPerObject ?? 100,
      retentionAfterDeletionMs: options.retentionAfterDeletionMs ?? HOUR_MS,
    };
  }

  async record(
    object: ArenaObject,
    event: { type: 'Normal' | 'Warning'; reason: string; message: string },
  ): Promise<void> {
    const { knex, cluster, clock, maxPerObject, changeSignal } = this.#options;
    const version = await transact(knex, tx =>
      recordEvent(tx, {
        cluster,
        object,
        event,
        now: clock.now(),
        maxPerObject,
      }),
    );
    changeSignal.observe(version);
  }

  async list(object: { uid: string }): Promise<ArenaEvent[]> {
    const { knex, cluster } = this.#options;
    if (object.uid.includes('\0')) {
      return [];
    }
    const rows = await retryWhileBusy(() =>
      knex<EventRow>('resource_events')
        .where({ cluster, uid: object.uid })
        .orderBy('resource_version', 'desc'),
    );
    return rows.map(toEvent);
  }

  /** Drops events of objects that went some time ago. Returns how many. */
  async deleteExpired(): Promise<number> {
    const { knex, cluster, clock, retentionAfterDeletionMs } = this.#options;
    const before = clock.now().getTime() - retentionAfterDeletionMs;
    let deleted = 0;
    for (let size = BATCH; size === BATCH; ) {
      size = await retryWhileBusy(() =>
        knex<EventRow>('resource_events')
          .whereIn(
            'id',
            knex('resource_events as e')
              .where('e.cluster', cluster)
              .where('e.last_at', '<', before)
              .whereNotExists(existing =>
                existing.from('resources as r').whereRaw('r.uid = e.uid'),
              )
              .limit(BATCH)
              .select('e.id'),
          )
          .delete(),
      );
      deleted += size;
    }
    return deleted;
  }
}
