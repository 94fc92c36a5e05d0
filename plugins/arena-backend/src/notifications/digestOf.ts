import { NOTIFICATION_SEVERITIES, RunNotification } from './RunNotification';

const MAX_LINES = 20;

/** Several notifications as one, the most severe first. Of the same scope only the last is told: it took the place of the others. */
export function digestOf(
  notifications: readonly RunNotification[],
  options: { scope: string; link: string },
): RunNotification {
  const latest = [
    ...new Map(notifications.map(each => [each.scope, each])).values(),
  ];
  const rank = ({ severity }: RunNotification) =>
    NOTIFICATION_SEVERITIES.indexOf(severity);
  const sorted = [...latest].sort((a, b) => rank(b) - rank(a));
  const [first] = sorted;
  if (sorted.length === 1) return first;
  const lines = sorted.slice(0, MAX_LINES).map(({ title }) => title);
  const more = sorted.length - lines.length;
  return {
    topic: first.topic,
    severity: first.severity,
    title: `${sorted.length} changes of ArenaJobs`,
    description: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join(
      '\n',
    ),
    ...options,
  };
}
