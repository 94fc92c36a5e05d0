import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';

const TABLE = 'arena_catalog_lease';
const ROLE = 'ingestion';
const TTL_MS = 30_000;

interface LeaseRow {
  role: string;
  holder: string;
  expires_at: number | string;
}

export interface IngestionLeaseOptions {
  /** Database of the catalog. */
  knex: Knex;
  /** Identity of this process; another one after a restart. */
  holder: string;
  /** Milliseconds since 1970, on which the replicas agree within seconds. */
  now?: () => number;
  /** Clock of this process that never jumps, in milliseconds. */
  monotonic?: () => number;
  /** How long the lease lasts without being renewed. Default: 30 seconds. */
  ttlMs?: number;
  /** Told of renewals that failed. */
  onError?(error: unknown): void;
}

/**
 * The right to write the entities of Arena into the catalog, which one replica has at a time.
 *
 * Deltas need somebody who knows what the catalog has. Two replicas that both apply them bring back what the other one has just removed, and during an upgrade each
 * would undo the entities of the other's version.
 */
export class IngestionLease {
  private readonly knex: Knex;
  private readonly holder: string;
  private readonly now: () => number;
  private readonly monotonic: () => number;
  private readonly ttlMs: number;
  private readonly onError: ((error: unknown) => void) | undefined;
  private deadline = -Infinity;
  private terms = 0;
  private holding: Promise<boolean> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private table: Promise<void> | undefined;

  constructor(options: IngestionLeaseOptions) {
    this.knex = options.knex;
    this.holder = options.holder;
    this.now = options.now ?? Date.now;
    this.monotonic = options.monotonic ?? (() => performance.now());
    this.ttlMs = options.ttlMs ?? TTL_MS;
    this.onError = options.onError;
  }

  /** Whether the lease is held now, as far as this process can know without asking. */
  get isHeld(): boolean {
    return this.monotonic() < this.deadline;
  }

  /** Another number whenever somebody else may have written since. */
  get term(): number {
    return this.terms;
  }

  /** Renews the lease, or takes it when nobody has it, and keeps it from then on. Resolves with whether it is held. */
  hold(): Promise<boolean> {
    this.holding ??= this.ask().finally(() => {
      this.holding = undefined;
    });
    return this.holding;
  }

  /** Lets another replica have it at once. */
  async release(): Promise<void> {
    this.stopRenewing();
    await this.holding?.catch(() => {});
    this.stopRenewing();
    if (this.deadline === -Infinity) return;
    this.deadline = -Infinity;
    await this.rows()
      .where({ role: ROLE, holder: this.holder })
      .update({ expires_at: 0 });
  }

  private async ask(): Promise<boolean> {
    await this.ensureTable();
    const sentAt = this.monotonic();
    const now = this.now();
    const expires_at = now + this.ttlMs;
    const { holder } = this;
    const renewed = await this.rows()
      .where({ role: ROLE, holder })
      .andWhere('expires_at', '>', 0)
      .update({ expires_at });
    const taken =
      renewed === 0 &&
      ((await this.rows()
        .where({ role: ROLE })
        .andWhere('expires_at', '<=', now)
        .update({ holder, expires_at })) > 0 ||
        (await this.isFirst(expires_at)));
    if (taken) this.terms += 1;
    if (renewed === 0 && !taken) {
      this.deadline = -Infinity;
      this.stopRenewing();
      return false;
    }
    this.deadline = sentAt + this.ttlMs;
    this.timer ??= setInterval(() => {
      // A renewal that fails is tried again until the lease is over, and then by whoever needs it.
      this.hold().catch(error => this.onError?.(error));
    }, this.ttlMs / 3).unref();
    return true;
  }

  private stopRenewing(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async isFirst(expires_at: number): Promise<boolean> {
    if (await this.rows().where({ role: ROLE }).first()) {
      return false;
    }
    try {
      await this.rows().insert({
        role: ROLE,
        holder: this.holder,
        expires_at,
      });
      return true;
    } catch (error) {
      if (isDatabaseConflictError(error)) return false;
      throw error;
    }
  }

  private rows(): Knex.QueryBuilder<LeaseRow> {
    return this.knex<LeaseRow>(TABLE);
  }

  private ensureTable(): Promise<void> {
    this.table ??= this.createTable().catch(error => {
      this.table = undefined;
      throw error;
    });
    return this.table;
  }

  /** A single table that never changes needs no migrations beside those of the catalog. */
  private async createTable(): Promise<void> {
    if (await this.knex.schema.hasTable(TABLE)) return;
    try {
      await this.knex.schema.createTable(TABLE, table => {
        table.comment('Which replica ingests the objects of Arena');
        table.string('role', 64).primary();
        table.string('holder', 128).notNullable();
        table
          .bigInteger('expires_at')
          .notNullable()
          .comment('Milliseconds since 1970 by the clock of the replicas');
      });
    } catch (error) {
      // Another replica that has started at the same moment was first.
      if (!(await this.knex.schema.hasTable(TABLE))) throw error;
    }
  }
}
