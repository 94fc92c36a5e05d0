import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { retryWhileBusy } from '../database/transact';
import { Clock } from '../time/Clock';
import { Election, ElectionCallbacks } from './Election';
import { ElectionLoop, HeldLease, LeaseKeeper } from './ElectionLoop';

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

/** One active replica at a time, by a row in the database that the holder renews. */
export class LeaderElection implements Election, LeaseKeeper {
  private readonly options: LeaderElectionOptions;
  private readonly monotonic: () => number;
  private readonly loop: ElectionLoop;

  constructor(options: LeaderElectionOptions) {
    this.options = options;
    this.monotonic = options.monotonic ?? (() => performance.now());
    this.loop = new ElectionLoop({
      ...options,
      monotonic: this.monotonic,
      keeper: this,
    });
  }

  isLeader(): boolean {
    return this.loop.isLeader();
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  async renew(epoch: number): Promise<number | undefined> {
    const { knex, role, holder, clock, ttlMs } = this.options;
    const sentAt = this.monotonic();
    const count = await retryWhileBusy(async () =>
      knex<LeaderRow>('arena_leader')
        .where({ role, holder, epoch })
        .update({ expires_at: clock.now().getTime() + ttlMs }),
    );
    return count === 0 ? undefined : sentAt + ttlMs;
  }

  async acquire(): Promise<HeldLease | undefined> {
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
    return { epoch, deadline: sentAt + ttlMs };
  }

  async release(epoch: number): Promise<void> {
    const { knex, role, holder } = this.options;
    await retryWhileBusy(async () =>
      knex<LeaderRow>('arena_leader')
        .where({ role, holder, epoch })
        .update({ expires_at: 0 }),
    );
  }
}
