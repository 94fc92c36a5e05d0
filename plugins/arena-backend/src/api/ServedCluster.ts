import {
  ClusterInfo,
  JobsPage,
  JobsQuery,
} from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
} from '@backstage-arena/plugin-arena-node';
import { LiveFeed } from './stream/LiveFeed';

/** What the API needs of a cluster. */
export interface ServedCluster {
  readonly resources: ResourceStore;
  readonly feed: LiveFeed;
  readonly events: Pick<EventRecorder, 'list'>;
  /** Whether its objects can be relied on, and what is wrong if not. Absent: it is asked. */
  health?(): Pick<ClusterInfo, 'ready' | 'message' | 'failingNamespaces'>;
  /** One page of the jobs table. */
  queryJobs(query: JobsQuery): Promise<JobsPage>;
}
