import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { isChildOf, SCHEDULE_UID, scheduledAt } from './childJob';

const PAGE_SIZE = 500;

/** Children of a job with a schedule, those that were due last first. */
export async function childrenOf(
  store: ResourceStore,
  job: ArenaJob,
): Promise<ArenaJob[]> {
  const { namespace, uid } = job.metadata;
  const found: ArenaJob[] = [];
  let page: string | undefined;
  do {
    const list = await store.list<ArenaJob>('ArenaJob', {
      namespace,
      labelSelector: `${SCHEDULE_UID}=${uid}`,
      limit: PAGE_SIZE,
      continue: page,
    });
    found.push(...list.items.filter(child => isChildOf(child, job)));
    page = list.metadata.continue;
  } while (page);
  return found.sort((a, b) => (scheduledAt(b) ?? 0) - (scheduledAt(a) ?? 0));
}
