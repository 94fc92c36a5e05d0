import { ArenaJob } from '@backstage-arena/plugin-arena-common';

/** A schedule that nobody has looked at before is not behind by what was before it was written. */
export function knownSince(
  { metadata, status }: ArenaJob,
  now: number,
): number {
  const created = Date.parse(metadata.creationTimestamp);
  const last = status?.lastScheduleTime && Date.parse(status.lastScheduleTime);
  if (last) return Math.max(created, last);
  return metadata.generation > 1 ? now : created;
}
