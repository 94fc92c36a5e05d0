import {
  ClusterInfo,
  JobsPage,
  JobsQuery,
} from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
} from '@backstage-arena/plugin-arena-node';
import { AccessFilter } from '../permissions/AccessFilter';
import { LiveFeed } from './stream/LiveFeed';

/** Which jobs are wanted, among those that the caller may see. */
export interface ReadableJobsQuery extends JobsQuery {
  /** Absent: all may be seen. */
  readable?: AccessFilter;
}

/** What the API needs of a cluster. */
export interface ServedCluster {
  readonly resources: ResourceStore;
  readonly feed: LiveFeed;
  readonly events: Pick<EventRecorder, 'list'>;
  /** Whether its objects can be relied on, and what is wrong if not. Absent: it is asked. */
  health?(): Pick<ClusterInfo, 'ready' | 'message' | 'failingNamespaces'>;
  /** One page of the jobs table. */
  queryJobs(query: ReadableJobsQuery): Promise<JobsPage>;
}
