import { LoggerService } from '@backstage/backend-plugin-api';
import { ArenaRunEvent } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { retryWhileBusy } from '../database/transact';
import { logFields } from '../runs/logFields';
import { Clock } from '../time/Clock';
import { RunEventTarget } from './RunEvents';
import { RunEventDeliveryRow, RunEventRow } from './tables';

/** A delivery that failed. */
export class DeliveryError extends Error {
  readonly name = 'DeliveryError';
  /** Trying again would change nothing. */
  readonly isFinal: boolean;

  constructor(message: string, options: { isFinal?: boolean } = {}) {
    super(message);
    this.isFinal = options.isFinal ?? false;
  }
}

/** Somebody who is told of ends. `send` rejects when they were not. */
export interface RunEventReceiver extends RunEventTarget {
  send(event: ArenaRunEvent, signal: AbortSignal): Promise<void>;
}

/** How a delivery may end. */
export const DELIVERY_OUTCOMES = ['delivered', 'retrying', 'given up'] as const;

/** How a delivery ended. */
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export interface RunEventDeliveriesOptions {
  knex: Knex;
  clock: Clock;
  logger: LoggerService;
  receivers: readonly RunEventReceiver[];
  /** Counts attempts. */
  onOutcome?: (target: string, outcome: DeliveryOutcome) => void;
}

const AT_A_TIME = 10;
/** Longer than any attempt takes: another replica may then try. */
const CLAIM_MS = 60_000;
const FIRST_DELAY_MS = 5_000;
const MAX_DELAY_MS = 3_600_000;
const MAX_AGE_MS = 24 * 3_600_000;

/**
 * Tells receivers of the ends of runs, at least once each. A delivery is claimed by one replica at a time; what fails is tried again with
 * growing pauses, for a day, also after a restart.
 */
export class RunEventDeliveries {
  private readonly options: RunEventDeliveriesOptions;
  private readonly receivers: ReadonlyMap<string, RunEventReceiver>;

  constructor(options: RunEventDeliveriesOptions) {
    this.options = options;
    this.receivers = new Map(options.receivers.map(each => [each.name, each]));
  }

  /** Makes all deliveries that are due. A receiver that does not answer keeps none from the others. */
  async run(signal: AbortSignal): Promise<void> {
    const targets = [...this.receivers.keys()];
    await Promise.all(targets.map(target => this.runTarget(target, signal)));
  }

  private async runTarget(target: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const claim = randomUUID();
      const rows = await this.claim(target, claim);
      if (rows.length === 0) return;
      await Promise.all(rows.map(row => this.deliver(row, claim, signal)));
    }
  }

  private async claim(
    target: string,
    claim: string,
  ): Promise<
    Array<RunEventDeliveryRow & { event: string; created_at: number | string }>
  > {
    const { knex, clock } = this.options;
    const now = clock.now().getTime();
    const free = (query: Knex.QueryBuilder) =>
      query
        .where('due_at', '<=', now)
        .andWhere(either =>
          either.whereNull('claimed_until').orWhere('claimed_until', '<=', now),
        );
    const due = free(knex('run_event_deliveries'))
      .where({ target })
      .orderBy('due_at')
      .limit(AT_A_TIME)
      .select('id');
    const claimed: Array<Pick<RunEventDeliveryRow, 'id'>> =
      await retryWhileBusy(async () =>
        free(knex('run_event_deliveries').whereIn('id', due))
          .update({ claim, claimed_until: now + CLAIM_MS })
          .returning('id'),
      );
    if (claimed.length === 0) return [];
    return knex('run_event_deliveries')
      .join<RunEventRow>(
        'run_events',
        'run_events.seq',
        'run_event_deliveries.event_seq',
      )
      .whereIn(
        'run_event_deliveries.id',
        claimed.map(({ id }) => id),
      )
      .andWhere({ claim })
      .select(
        'run_event_deliveries.*',
        'run_events.event',
        'run_events.created_at',
      );
  }

  private async deliver(
    row: RunEventDeliveryRow & { event: string; created_at: number | string },
    claim: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { knex, clock, logger } = this.options;
    const { id, target, attempts } = row;
    const event: ArenaRunEvent = JSON.parse(row.event);
    const mine = () =>
      knex<RunEventDeliveryRow>('run_event_deliveries').where({ id, claim });
    try {
      await this.receivers.get(target)!.send(event, signal);
    } catch (error) {
      if (signal.aborted) {
        // The backend stops: whoever comes next begins at once.
        await retryWhileBusy(async () =>
          mine().update({ claim: null, claimed_until: null }),
        );
        return;
      }
      const now = clock.now().getTime();
      const delay = Math.min(FIRST_DELAY_MS * 2 ** attempts, MAX_DELAY_MS);
      const isLate = now + delay - Number(row.created_at) > MAX_AGE_MS;
      const isFinal = error instanceof DeliveryError && error.isFinal;
      const { run } = event;
      const what = `Telling ${target} of the end of run ${
        run.id
      } failed (attempt ${attempts + 1}): ${error}`;
      const fields = logFields({ ...run, runId: run.id });
      if (isFinal || isLate) {
        logger.error(`${what}. It is given up`, fields);
        await retryWhileBusy(async () => mine().delete());
        this.options.onOutcome?.(target, 'given up');
        return;
      }
      logger.warn(`${what}. It is tried again in ${delay / 1_000} s`, fields);
      await retryWhileBusy(async () =>
        mine().update({
          attempts: attempts + 1,
          due_at: now + delay,
          claim: null,
          claimed_until: null,
        }),
      );
      this.options.onOutcome?.(target, 'retrying');
      return;
    }
    await retryWhileBusy(async () => mine().delete());
    this.options.onOutcome?.(target, 'delivered');
  }
}
