import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { LoggerService } from '@backstage/backend-plugin-api';
import { ArenaRunEvent } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { RunEventPlanner } from '../runEvents/RunEvents';
import { Clock } from '../time/Clock';
import { decideNotifications } from './decideNotifications';
import { NotificationsConfig } from './NotificationsConfig';
import { NOTIFICATION_SEVERITIES, RunNotification } from './RunNotification';
import {
  NotificationItemRow,
  NotificationRecipientRow,
  NotificationStateRow,
} from './tables';
import { logFields } from '../runs/logFields';

/** Of the column. */
const MAX_RECIPIENT_LENGTH = 255;

/**
 * Writes down who is to be told of the end of a run, in the transaction in which the end is put on record: each is told once, whichever
 * replica does it.
 */
export class NotificationPlanner implements RunEventPlanner {
  private readonly clock: Clock;
  private readonly logger: LoggerService;
  private readonly config: NotificationsConfig;

  constructor(options: {
    clock: Clock;
    logger: LoggerService;
    config: NotificationsConfig;
  }) {
    this.clock = options.clock;
    this.logger = options.logger;
    this.config = options.config;
  }

  async plan(tx: Knex.Transaction, event: ArenaRunEvent): Promise<void> {
    const { cluster, namespace, series, creator } = event.run;
    const key = { cluster, namespace, series };
    const now = this.clock.now().getTime();
    // A write first, so that of two ends of a job at once the second one sees what the first one said.
    const [{ trouble }] = await tx<NotificationStateRow>('notification_states')
      .insert({ ...key, trouble: 'none', updated_at: now })
      .onConflict(['cluster', 'namespace', 'series'])
      .merge({ updated_at: now })
      .returning(['trouble']);
    const decision = decideNotifications(event, trouble, {
      longRunMs: this.config.longRunMs,
    });
    await tx<NotificationStateRow>('notification_states')
      .where(key)
      .update({ trouble: decision.trouble });

    const owner = this.ownerOf(event) ?? creator;
    if (decision.owner && owner) {
      await this.add(tx, { recipient: owner, run: event.run }, decision.owner);
    }
    if (decision.creator && creator && !(decision.owner && owner === creator)) {
      await this.add(
        tx,
        { recipient: creator, run: event.run },
        decision.creator,
      );
    }
  }

  private ownerOf({ run }: ArenaRunEvent): string | undefined {
    if (!run.owner) return undefined;
    try {
      return stringifyEntityRef(
        parseEntityRef(run.owner, {
          defaultKind: 'group',
          defaultNamespace: 'default',
        }),
      );
    } catch (error) {
      this.logger.warn(
        `The owner of ArenaJob ${run.namespace}/${run.jobName} is no entity reference, so that its creator is told instead: ${error}`,
        logFields({ ...run, runId: run.id }),
      );
      return undefined;
    }
  }

  /** Due at once for somebody who was told nothing lately, else together with what comes until then. */
  private async add(
    tx: Knex.Transaction,
    { recipient, run }: { recipient: string; run: ArenaRunEvent['run'] },
    content: RunNotification,
  ): Promise<void> {
    if (recipient.length > MAX_RECIPIENT_LENGTH) {
      this.logger.warn(
        `Nobody is told of the end of run ${run.id}: '${recipient}' is longer than the ${MAX_RECIPIENT_LENGTH} characters that a recipient may have`,
        logFields({ ...run, runId: run.id }),
      );
      return;
    }
    const { minimumSeverity, digestMs } = this.config;
    const rank = (severity: RunNotification['severity']) =>
      NOTIFICATION_SEVERITIES.indexOf(severity);
    if (rank(content.severity) < rank(minimumSeverity)) return;
    const now = this.clock.now().getTime();
    await tx<NotificationItemRow>('notification_items')
      .insert({
        recipient,
        run_id: run.id,
        created_at: now,
        content: JSON.stringify(content),
      })
      .onConflict(['recipient', 'run_id'])
      .ignore();
    await tx<NotificationRecipientRow>('notification_recipients')
      .insert({ recipient, attempts: 0, due_at: now })
      .onConflict('recipient')
      .merge({
        due_at: tx.raw(
          'coalesce(notification_recipients.due_at, case when notification_recipients.sent_at + ? > ? then notification_recipients.sent_at + ? else ? end)',
          [digestMs, now, digestMs, now],
        ) as never,
      });
  }
}
