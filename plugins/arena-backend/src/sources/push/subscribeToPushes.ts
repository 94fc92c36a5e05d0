import { EventsService } from '@backstage/plugin-events-node';
import { readPushEvent } from './PushEvent';
import { SourcePushes } from './SourcePushes';

/**
 * What Backstage's modules for GitHub and GitLab publish, with and without their routers by type, and one for everything else.
 */
export const PUSH_TOPICS = [
  'github',
  'github.push',
  'gitlab',
  'gitlab.push',
  'gitlab.tag_push',
  'arena.push',
];

/** Has sources fetched when the events system tells of a push. */
export async function subscribeToPushes(options: {
  events: EventsService;
  pushes: Pick<SourcePushes, 'handle'>;
}): Promise<void> {
  const { events, pushes } = options;
  await events.subscribe({
    id: 'arena-sources',
    topics: PUSH_TOPICS,
    async onEvent({ eventPayload }) {
      const push = readPushEvent(eventPayload);
      if (push) await pushes.handle(push);
    },
  });
}
