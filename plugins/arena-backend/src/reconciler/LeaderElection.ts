import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { retryWhileBusy } from '../database/transact';
import { Clock } from '../time/Clock';
import { Election, ElectionCallbacks } from './Election';

/** Options of a {@link LeaderElection}. */
export interface LeaderElectionOptions extends ElectionCallbacks {
  knex: Knex;
  /** What is elected for, for example `reconciler`. */
  role: string;
  /** Identity of this replica; must differ between processes, also after a restart. */
  holder: string;
  /** Wall clock that the replicas agree on. */
  clock: Clock;
  /** Clock of this process that never jumps, in milliseconds. */
  monotonic?: () => number;
  /** How long a lease lasts without being renewed. */
  ttlMs: number;
  /** How often it is renewed, or tried to be taken. */
  renewMs: number;
}

interface LeaderRow {
  role: string;
  holder: string;
  epoch: number | string;
  expires_at: number | string;
}

/**
 * One active replica at a time, by a row in the database that the holder renews.
 *
 * The holder believes in its lease only until a deadline on its monotonic clock that is counted from before the renewal was
 * sent. A process that was paused or cut off from the database therefore stops by itself, before another may start. What
 * it had begun is harmless, because all that controllers write is guarded by versions and deterministic names.
 */
export class LeaderElection implements Election {
  private readonly options: LeaderElectionOptions;
  private readonly monotonic: () => number;
  private timer?: NodeJS.Timeout;
  private turn: Promise<void> = Promise.resolve();
  private epoch?: number;
  private deadline = 0;
  private stopped = false;

  constructor(options: LeaderElectionOptions) {
    this.options = options;
    this.monotonic = options.monotonic ?? (() => performance.now());
  }

  /** True while this replica may act. */
  isLeader(): boolean {
    return this.epoch !== undefined && this.monotonic() < this.deadline;
  }

  start(): void {
    this.schedule(0);
  }

  /** Steps down and gives the lease back, so that another replica takes over at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.turn;
    if (this.epoch === undefined) return;
    const epoch = this.epoch;
    await this.depose();
    const { knex, role, holder } = this.options;
    await retryWhileBusy(async () =>
      knex<LeaderRow>('arena_leader')
        .where({ role, holder, epoch })
        .update({ expires_at: 0 }),
    );
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.turn = this.tick().then(
        () => this.schedule(this.options.renewMs),
        error => {
          this.options.onError(error);
          this.schedule(this.options.renewMs);
        },
      );
    }, delayMs);
    this.timer.unref();
  }

  private async tick(): Promise<void> {
    if (this.epoch !== undefined) {
      let renewed = false;
      try {
        renewed = await this.renew(this.epoch);
      } catch (error) {
        this.options.onError(error);
        renewed = this.isLeader();
      }
      if (!renewed) await this.depose();
      return;
    }
    const epoch = await this.acquire();
    if (epoch === undefined) return;
    this.epoch = epoch;
    try {
      await this.options.onElected(epoch);
    } catch (error) {
      await this.depose();
      throw error;
    }
  }

  private async renew(epoch: number): Promise<boolean> {
    const { knex, role, holder, clock, ttlMs } = this.options;
    const sentAt = this.monotonic();
    const count = await retryWhileBusy(async () =>
      knex<LeaderRow>('arena_leader')
        .where({ role, holder, epoch })
        .update({ expires_at: clock.now().getTime() + ttlMs }),
    );
    if (count === 0) return false;
    this.deadline = sentAt + ttlMs;
    return true;
  }

  private async acquire(): Promise<number | undefined> {
    const { knex, role, holder, clock, ttlMs } = this.options;
    const sentAt = this.monotonic();
    const row = await knex<LeaderRow>('arena_leader').where({ role }).first();
    const now = clock.now().getTime();
    const expiresAt = now + ttlMs;
    let epoch: number;
    if (!row) {
      epoch = 1;
      try {
        await knex<LeaderRow>('arena_leader').insert({
          role,
          holder,
          epoch,
          expires_at: expiresAt,
        });
      } catch (error) {
        if (isDatabaseConflictError(error)) return undefined;
        throw error;
      }
    } else {
      if (Number(row.expires_at) > now) return undefined;
      epoch = Number(row.epoch) + 1;
      // Of several replicas that saw the same expired row only one finds the epoch unchanged.
      const count = await knex<LeaderRow>('arena_leader')
        .where({ role, epoch: row.epoch })
        .andWhere('expires_at', '<=', now)
        .update({ holder, epoch, expires_at: expiresAt });
      if (count === 0) return undefined;
    }
    this.deadline = sentAt + ttlMs;
    return epoch;
  }

  private async depose(): Promise<void> {
    this.epoch = undefined;
    this.deadline = 0;
    await this.options.onDeposed();
  }
}
