import { LoggerService } from '@backstage/backend-plugin-api';
import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { EventsService } from '@backstage/plugin-events-node';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { SignalsService } from '@backstage/plugin-signals-node';
import { Knex } from 'knex';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { NotificationPlanner } from '../notifications/NotificationPlanner';
import { NotificationSender } from '../notifications/NotificationSender';
import { BackgroundLoop } from '../time/BackgroundLoop';
import { Clock } from '../time/Clock';
import { createEventsReceiver } from '../webhooks/createEventsReceiver';
import { createWebhookReceiver } from '../webhooks/createWebhookReceiver';
import { countRuns } from './countRuns';
import { DELIVERY_OUTCOMES, RunEventDeliveries } from './RunEventDeliveries';
import { RunEvents } from './RunEvents';

const INTERVAL_MS = 2_000;
const PRUNE_INTERVAL_MS = 3_600_000;

/** What of Backstage hears of the ends of runs. */
export interface RunEventOutlets {
  events: EventsService;
  signals: SignalsService;
  notifications: NotificationService;
  metrics: MetricsService;
}

export interface RunEventServices {
  readonly runEvents: RunEvents;
  /** Names of who is told, as they are configured. */
  readonly targets: readonly string[];
  start(): void;
  stop(): Promise<void>;
}

/** Puts together what tells others of the ends of runs. Each replica has it; each end is told by one of them. */
export function createRunEventServices(
  options: RunEventOutlets & {
    knex: Knex;
    clock: Clock;
    logger: LoggerService;
    config: Pick<ArenaBackendConfig, 'webhooks' | 'notifications' | 'network'>;
    /** Address of the portal, without a slash at its end. */
    appBaseUrl: string;
    environment: NodeJS.ProcessEnv;
    /** How often deliveries that others have planned are looked for. Default: 2 seconds. */
    intervalMs?: number;
  },
): RunEventServices {
  const { config, clock, logger, metrics, intervalMs = INTERVAL_MS } = options;
  const receivers = [
    createEventsReceiver(options),
    ...config.webhooks.map(hook =>
      createWebhookReceiver(hook, {
        ...options,
        allowedHosts: config.network.allow,
      }),
    ),
  ];
  const planners = config.notifications.enabled
    ? [
        new NotificationPlanner({
          clock,
          logger,
          config: config.notifications,
        }),
      ]
    : [];
  const runEvents = new RunEvents({ ...options, targets: receivers, planners });
  const attempts = metrics.createCounter<{ target: string; outcome: string }>(
    'arena.run_events.deliveries',
    {
      description: 'Attempts to tell of the end of a run, by how they ended',
      unit: '{attempt}',
    },
  );
  // So that the first one that fails is an increase.
  for (const { name: target } of receivers) {
    DELIVERY_OUTCOMES.forEach(outcome => attempts.add(0, { target, outcome }));
  }
  const deliveries = new RunEventDeliveries({
    ...options,
    receivers,
    onOutcome: (target, outcome) => attempts.add(1, { target, outcome }),
  });
  const sender = new NotificationSender({
    ...options,
    digestMs: config.notifications.digestMs,
  });
  const loops = [
    new BackgroundLoop({
      name: 'Telling others of the ends of runs',
      intervalMs,
      logger,
      run: stopping => deliveries.run(stopping),
    }),
    ...(config.notifications.enabled
      ? [
          new BackgroundLoop({
            name: 'Notifying people of the ends of runs',
            intervalMs,
            logger,
            run: stopping => sender.run(stopping),
          }),
        ]
      : []),
  ];
  const pruning = new BackgroundLoop({
    name: 'Forgetting the ends of old runs',
    intervalMs: PRUNE_INTERVAL_MS,
    logger,
    run: async () => {
      await runEvents.prune();
    },
  });
  runEvents.onRecorded(countRuns(metrics));
  runEvents.onRecorded(() => loops.forEach(loop => loop.wake()));
  return {
    runEvents,
    targets: receivers.map(({ name }) => name),
    start() {
      [...loops, pruning].forEach(loop => loop.start());
    },
    async stop() {
      await Promise.all([...loops, pruning].map(loop => loop.stop()));
    },
  };
}
