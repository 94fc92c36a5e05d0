import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { StoredJob } from '../verdicts/keptBaselines';
import { ArenaCluster } from './ArenaCluster';

const PAGE = 500;

/** The jobs of all clusters that are compared with a baseline. Rejects when a cluster cannot be read. */
export async function listGatedJobs(
  clusters: readonly Pick<ArenaCluster, 'resources'>[],
): Promise<StoredJob[]> {
  const found: StoredJob[] = [];
  for (const { resources } of clusters) {
    let cursor: string | undefined;
    do {
      const page = await resources.list<ArenaJob>('ArenaJob', {
        limit: PAGE,
        continue: cursor,
      });
      for (const job of page.items) {
        if (!job.spec.evaluation?.gate?.baseline) continue;
        found.push({ cluster: resources.cluster, job });
      }
      cursor = page.metadata.continue;
    } while (cursor);
  }
  return found;
}
