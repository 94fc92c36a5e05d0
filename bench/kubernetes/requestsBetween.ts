import { AuditEvent } from '@backstage-arena/arena-devcluster';

/** Requests of people and portals; those of the cluster itself have names of their own. */
const OWN_USER = 'admin';

export interface Requests {
  total: number;
  lists: number;
  /** What was asked how often. */
  described: string;
}

/** What was asked of the API server in a span of time. */
export function requestsBetween(
  events: readonly AuditEvent[],
  from: Date,
  to: Date,
): Requests {
  const within = events.filter(({ requestReceivedTimestamp, user }) => {
    const at = new Date(requestReceivedTimestamp);
    return at >= from && at < to && user.username === OWN_USER;
  });
  const counts = new Map<string, number>();
  for (const { verb, objectRef } of within) {
    const what = `${verb} ${objectRef?.resource ?? 'other'}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return {
    total: within.length,
    lists: within.filter(({ verb }) => verb === 'list').length,
    described:
      [...counts].map(([what, count]) => `${count} x ${what}`).join(', ') ||
      'none',
  };
}
