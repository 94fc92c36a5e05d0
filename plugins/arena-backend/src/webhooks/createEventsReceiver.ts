import {
  ARENA_RUN_EVENTS_TOPIC,
  ARENA_SIGNAL_CHANNEL,
  ArenaRunSignal,
} from '@backstage-arena/plugin-arena-common';
import { EventsService } from '@backstage/plugin-events-node';
import { SignalsService } from '@backstage/plugin-signals-node';
import { RunEventReceiver } from '../runEvents/RunEventDeliveries';

/** Tells other plugins of the end of a run, by Backstage's events, and the browsers of its creator, by signals. */
export function createEventsReceiver(options: {
  events: EventsService;
  signals: SignalsService;
}): RunEventReceiver {
  const { events, signals } = options;
  return {
    name: 'events',
    wants: () => true,
    async send(event) {
      await events.publish({
        topic: ARENA_RUN_EVENTS_TOPIC,
        eventPayload: event,
      });
      const { creator, id } = event.run;
      if (!creator) return;
      await signals.publish<ArenaRunSignal>({
        recipients: { type: 'user', entityRef: creator },
        channel: ARENA_SIGNAL_CHANNEL,
        message: { type: event.type, runId: id },
      });
    },
  };
}
