import { LoggerService } from '@backstage/backend-plugin-api';
import { NotificationPayload } from '@backstage/plugin-notifications-common';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { retryWhileBusy, transact } from '../database/transact';
import { Clock } from '../time/Clock';
import { withinTime } from '../time/withinTime';
import { digestOf } from './digestOf';
import { RunNotification } from './RunNotification';
import { NotificationItemRow, NotificationRecipientRow } from './tables';

export interface NotificationSenderOptions {
  knex: Knex;
  clock: Clock;
  logger: LoggerService;
  notifications: NotificationService;
  /** See `NotificationsConfig`. */
  digestMs: number;
  /** Page of all jobs, for a digest. */
  appBaseUrl: string;
}

const AT_A_TIME = 20;
const MAX_ITEMS = 500;
/** Longer than it takes to send one: another replica may then try. */
const CLAIM_MS = 60_000;
const SEND_TIMEOUT_MS = 20_000;
const FIRST_DELAY_MS = 5_000;
const MAX_DELAY_MS = 3_600_000;
const MAX_AGE_MS = 24 * 3_600_000;

/** What the service of notifications says where there is no such plugin. */
const MISSING = /failed with status 404\b/;

/**
 * Sends what is due, one notification to a recipient. One replica has a recipient at a time. Where one dies after it has sent and before
 * it has said so, the same is sent again under the same scope, which takes the place of the first.
 */
export class NotificationSender {
  private readonly options: NotificationSenderOptions;
  private toldMissing = false;

  constructor(options: NotificationSenderOptions) {
    this.options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    while (!signal.aborted) {
      const now = clock.now().getTime();
      const claim = randomUUID();
      const due = await this.free(now).limit(AT_A_TIME).select('recipient');
      let count = 0;
      for (const { recipient } of due) {
        if (signal.aborted) return;
        const from = clock.now().getTime();
        const [row] = await retryWhileBusy(async () =>
          this.free(from)
            .andWhere({ recipient })
            .update({ claim, claimed_until: from + CLAIM_MS })
            .returning('*'),
        );
        if (!row) continue;
        count += 1;
        await this.tell(row);
      }
      if (count === 0) return;
    }
  }

  private free(now: number) {
    return this.options
      .knex<NotificationRecipientRow>('notification_recipients')
      .where('due_at', '<=', now)
      .andWhere(either => {
        either.whereNull('claimed_until').orWhere('claimed_until', '<=', now);
      });
  }

  private async tell(row: NotificationRecipientRow): Promise<void> {
    const { knex, clock, logger, notifications, digestMs } = this.options;
    const { recipient, claim, attempts } = row;
    const items = await knex<NotificationItemRow>('notification_items')
      .where({ recipient })
      .orderBy('id')
      .limit(MAX_ITEMS);
    const mine = (on: Knex) =>
      on<NotificationRecipientRow>('notification_recipients').where({
        recipient,
        claim,
      });
    const done = async (
      values: Partial<NotificationRecipientRow>,
      told: readonly NotificationItemRow[] = items,
    ) => {
      await transact(knex, async tx => {
        const free = { attempts: 0, claim: null, claimed_until: null };
        const count = await mine(tx).update({ ...free, ...values });
        if (count === 0) return;
        const left = tx<NotificationItemRow>('notification_items').where({
          recipient,
        });
        // Each by its id: one with a lower id may have come into sight meanwhile.
        await left
          .clone()
          .whereIn(
            'id',
            told.map(({ id }) => id),
          )
          .delete();
        const next = await left.clone().first('id');
        // What came meanwhile waits for the next time.
        await tx<NotificationRecipientRow>('notification_recipients')
          .where({ recipient })
          .update({ due_at: next ? clock.now().getTime() + digestMs : null });
      });
    };
    if (items.length === 0) {
      await done({});
      return;
    }
    try {
      await withinTime(
        notifications.send({
          recipients: { type: 'entity', entityRef: recipient },
          payload: this.toPayload(items),
        }),
        {
          timeoutMs: SEND_TIMEOUT_MS,
          message: `No answer within ${SEND_TIMEOUT_MS} ms`,
        },
      );
    } catch (error) {
      const now = clock.now().getTime();
      const delay = Math.min(FIRST_DELAY_MS * 2 ** attempts, MAX_DELAY_MS);
      const isMissing = MISSING.test(String(error));
      const tooOld = items.filter(
        item => now + delay - Number(item.created_at) > MAX_AGE_MS,
      );
      if (isMissing || tooOld.length > 0) {
        if (!isMissing || !this.toldMissing) {
          logger.warn(
            isMissing
              ? `Nobody is notified of the ends of runs, as the notifications plugin is not installed (arena.notifications.enabled: false says so without this message): ${error}`
              : `Notifying ${recipient} of ${tooOld.length} ends of runs is given up: ${error}`,
          );
        }
        this.toldMissing ||= isMissing;
        // What is younger is tried again.
        await done({}, isMissing ? items : tooOld);
        return;
      }
      logger.warn(
        `Notifying ${recipient} failed, and is tried again in ${
          delay / 1_000
        } s: ${error}`,
      );
      await retryWhileBusy(async () =>
        mine(knex).update({
          attempts: attempts + 1,
          due_at: now + delay,
          claim: null,
          claimed_until: null,
        }),
      );
      return;
    }
    await done({ sent_at: clock.now().getTime() });
  }

  private toPayload(rows: readonly NotificationItemRow[]): NotificationPayload {
    const contents = rows.map(
      ({ content }): RunNotification => JSON.parse(content),
    );
    return digestOf(contents, {
      scope: `arena:digest:${rows[0].id}`,
      link: `${this.options.appBaseUrl}/arena/jobs`,
    });
  }
}
