import { toError } from '@backstage/errors';
import {
  ARENA_ANNOTATIONS,
  ArenaObject,
  FlakyCell,
  JobOverview,
  JobOverviews,
  JobOverviewsQuery,
  LoadOverview,
} from '@backstage-arena/plugin-arena-common';
import pLimit from 'p-limit';
import { AccessFilter } from '../../permissions/AccessFilter';
import { subjectOfObject } from '../../permissions/PermissionSubject';
import { getOrUndefined, isNotFound } from '../../reconciler/getOrUndefined';
import { clusterOf } from '../clusters';
import { RouteContext } from '../RouterOptions';
import { ServedCluster } from '../ServedCluster';

const MAX_JOBS = 100;
const MAX_FLAKY = 10;
/** Jobs whose results are read at a time: others want the database as well. */
const PARALLEL = 4;

type Context = Pick<RouteContext, 'clusters' | 'loads' | 'runs' | 'verdicts'>;
type ReadingContext = Context & { readable: AccessFilter };
type Found = Pick<JobOverview, 'cluster' | 'job'>;

/**
 * The jobs that a query asks for, with how they went. A cluster that does not answer costs only its own jobs.
 *
 * @param readable - what the caller may see
 * @throws NotFoundError for a cluster that is not configured
 */
export async function jobOverviews(
  context: Context,
  query: JobOverviewsQuery,
  readable: AccessFilter,
): Promise<JobOverviews> {
  const { components = [], jobs = [], points = 0 } = query;
  const names = query.cluster ? [query.cluster] : [...context.clusters.keys()];
  const missing: JobOverviews['missing'] = [];
  const found = new Map<string, Found>();
  let isTruncated = false;
  for (const name of names) {
    const cluster = clusterOf(context.clusters, name);
    const health = cluster.health?.();
    if (health?.ready === false) {
      const { message = 'It is not ready' } = health;
      missing.push({ cluster: name, message });
      continue;
    }
    try {
      const read = await jobsOf(cluster, { name, components, jobs, readable });
      isTruncated ||= read.isTruncated;
      for (const job of read.jobs) {
        found.set(`${name}/${job.metadata.uid}`, { cluster: name, job });
      }
    } catch (error) {
      missing.push({ cluster: name, message: toError(error).message });
    }
  }
  const visible = [...found.values()]
    .filter(({ cluster, job }) =>
      readable.allows(subjectOfObject(cluster, job)),
    )
    .sort(newestFirst);
  // Jobs that were asked for by name are few and all wanted.
  const limit = Math.max(MAX_JOBS, jobs.length);
  const slot = pLimit(PARALLEL);
  const items = await Promise.all(
    visible
      .slice(0, limit)
      .map(one =>
        slot(() => overviewOf({ ...context, readable }, one, points)),
      ),
  );
  return {
    items: withoutRepeats(items),
    isTruncated: isTruncated || visible.length > limit,
    missing,
  };
}

async function jobsOf(
  cluster: ServedCluster,
  query: {
    name: string;
    components: readonly string[];
    jobs: NonNullable<JobOverviewsQuery['jobs']>;
    readable: AccessFilter;
  },
): Promise<{ jobs: ArenaObject[]; isTruncated: boolean }> {
  const { name, components, readable } = query;
  const jobs: ArenaObject[] = [];
  let isTruncated = false;
  for (const component of new Set(components)) {
    const page = await cluster.queryJobs({
      cluster: name,
      component,
      children: false,
      orderBy: 'created',
      order: 'desc',
      limit: MAX_JOBS,
      readable,
    });
    isTruncated ||= page.nextCursor !== undefined;
    jobs.push(...page.items);
  }
  for (const key of query.jobs.filter(one => one.cluster === name)) {
    const job = await getOrUndefined(cluster.resources, 'ArenaJob', key);
    if (job) jobs.push(job);
  }
  return { jobs, isTruncated };
}

async function overviewOf(
  context: ReadingContext,
  { cluster, job }: Found,
  points: number,
): Promise<JobOverview> {
  const none = { cluster, job, trend: [], flakyCells: [] };
  if (points === 0) return none;
  if (job.spec.type === 'loadtest') {
    const load = await loadOf(context, job);
    return { ...none, ...(load && { load }) };
  }
  const { namespace, name } = job.metadata;
  const { points: trend } = await context.verdicts.trend({
    cluster,
    namespace,
    job: name,
    limit: points,
    readable: context.readable.criteria,
  });
  const [latest] = trend;
  const flakyCells =
    latest && latest.flakyCells > 0
      ? await flakyCellsOf(context, latest.runId)
      : [];
  return { cluster, job, trend, flakyCells };
}

/** The most undecided first. */
async function flakyCellsOf(
  { runs }: Context,
  runId: string,
): Promise<FlakyCell[]> {
  const { scenarios, providers, cells } = await runs.matrix(runId);
  const spread = ({ judged, passed }: FlakyCell) =>
    Math.min(passed, judged - passed) / judged;
  return cells
    .map(cell => ({
      scenario: scenarios[cell.scenarioIndex].id,
      provider: providers[cell.providerIndex].id,
      judged: cell.passed + cell.failed + cell.errored - cell.unjudged,
      passed: cell.passed,
    }))
    .filter(({ judged, passed }) => passed > 0 && passed < judged)
    .sort((a, b) => spread(b) - spread(a))
    .slice(0, MAX_FLAKY);
}

async function loadOf(
  { loads, runs }: Context,
  job: ArenaObject,
): Promise<LoadOverview | undefined> {
  const runId: unknown = Object(job.status?.run).id;
  if (typeof runId !== 'string') return undefined;
  try {
    const [{ finishedAt }, { phase, report }] = await Promise.all([
      runs.get(runId),
      loads.state(runId),
    ]);
    const p99 = report?.totals.times.latency?.p99;
    return {
      runId,
      phase,
      ...(report && {
        audit: report.audit.verdict,
        sentRate: report.totals.sentRate,
        ...(phase === 'over' && { passed: report.passed }),
        ...(report.totals.errorRate !== undefined && {
          errorRate: report.totals.errorRate,
        }),
      }),
      ...(p99 !== undefined && { p99Ms: p99 }),
      ...(finishedAt && { finishedAt }),
    };
  } catch (error) {
    // The run has gone with its time to live, or has not begun.
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Jobs that repeat another one say what that one says: its series is theirs. */
function withoutRepeats(items: JobOverview[]): JobOverview[] {
  const series = new Set(
    items
      .filter(({ job }) => !repeats(job))
      .flatMap(({ cluster, trend: [latest] }) =>
        latest ? [`${cluster}/${latest.runId}`] : [],
      ),
  );
  return items.filter(
    ({ cluster, job, trend: [latest] }) =>
      !repeats(job) || !latest || !series.has(`${cluster}/${latest.runId}`),
  );
}

function repeats({ metadata }: ArenaObject): boolean {
  return metadata.annotations?.[ARENA_ANNOTATIONS.rerunOf] !== undefined;
}

function newestFirst(one: Found, other: Found): number {
  return (
    Date.parse(other.job.metadata.creationTimestamp) -
    Date.parse(one.job.metadata.creationTimestamp)
  );
}
