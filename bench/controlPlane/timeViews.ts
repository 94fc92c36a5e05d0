import { EMBEDDED_CLUSTER } from '@backstage-arena/plugin-arena-common';
import { DatabaseRunStore } from '../../plugins/arena-backend/src/runs/DatabaseRunStore';
import { JobQueryService } from '../../plugins/arena-backend/src/store/JobQueryService';
import { ViewTimes } from './messages';
import { quantile } from './quantile';

const ORDERS = ['created', 'name', 'phase'] as const;
const ROUNDS = 20;
const ROWS = 10_000;
const PAGE = 500;

/** Reads what the tables of the portal show. */
export async function timeViews(options: {
  runs: DatabaseRunStore;
  jobs: JobQueryService;
  runId: string;
}): Promise<ViewTimes> {
  const { runs, jobs, runId } = options;
  const pages: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    for (const orderBy of ORDERS) {
      const begin = performance.now();
      await jobs.queryJobs({ cluster: EMBEDDED_CLUSTER, orderBy });
      pages.push(performance.now() - begin);
    }
  }
  const begin = performance.now();
  let rows = 0;
  let cursor: string | undefined;
  do {
    const page = await runs.items(runId, {
      orderBy: 'durationMs',
      order: 'desc',
      limit: PAGE,
      cursor,
    });
    rows += page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined && rows < ROWS);
  return {
    jobsPageP99Ms: quantile(pages, 0.99),
    rows,
    rowsMs: performance.now() - begin,
  };
}
