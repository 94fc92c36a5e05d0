import { InputError } from '@backstage/errors';
import {
  ArenaEvent,
  ArenaKind,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { clusterOf } from '../clusters';
import { ServedCluster } from '../ServedCluster';

/** Largest number of topics of one stream. */
export const MAX_TOPICS = 20;

const ALLOWED = 'jobs, sources, job:<cluster>/<namespace>/<name>, run:<runId>';

interface JobTopic {
  cluster: string;
  namespace: string;
  name: string;
}

/** What one stream is about. */
export class Topics {
  readonly jobs: boolean;
  readonly sources: boolean;
  readonly runIds: string[];
  /** Jobs that are named one by one. */
  readonly jobKeys: ReadonlyArray<ObjectKey & { cluster: string }>;

  private constructor(options: {
    jobs: boolean;
    sources: boolean;
    jobTopics: JobTopic[];
    runIds: string[];
  }) {
    this.jobs = options.jobs;
    this.sources = options.sources;
    this.jobKeys = options.jobTopics;
    this.runIds = options.runIds;
  }

  /** @throws InputError, or NotFoundError for a cluster that is not configured. */
  static parse(
    texts: readonly string[],
    clusters: ReadonlyMap<string, ServedCluster>,
  ): Topics {
    if (texts.length === 0 || texts.length > MAX_TOPICS) {
      throw new InputError(
        `Invalid query parameter 'topic': ${texts.length} are given, 1 to ${MAX_TOPICS} are allowed; a topic is one of ${ALLOWED}`,
      );
    }
    const topics = {
      jobs: false,
      sources: false,
      jobTopics: new Array<JobTopic>(),
      runIds: new Array<string>(),
    };
    for (const text of new Set(texts)) {
      const job = /^job:([^/]+)\/([^/]+)\/([^/]+)$/.exec(text);
      const run = /^run:([A-Za-z0-9._-]{1,100})$/.exec(text);
      if (text === 'jobs') {
        topics.jobs = true;
      } else if (text === 'sources') {
        topics.sources = true;
      } else if (job) {
        const [, cluster, namespace, name] = job;
        clusterOf(clusters, cluster);
        topics.jobTopics.push({ cluster, namespace, name });
      } else if (run) {
        topics.runIds.push(run[1]);
      } else {
        throw new InputError(
          `Invalid query parameter 'topic': ${JSON.stringify(
            text.slice(0, 100),
          )} is none of ${ALLOWED}`,
        );
      }
    }
    return new Topics(topics);
  }

  /** True when something about jobs or their runs is asked for. */
  get needJobs(): boolean {
    return this.jobs || this.jobKeys.length > 0 || this.runIds.length > 0;
  }

  /** What must be followed in a cluster, and nothing more; undefined when nothing. */
  followed(
    cluster: string,
  ): { kind: ArenaKind | 'all' | 'all and events' } | undefined {
    if (this.jobKeys.some(topic => topic.cluster === cluster)) {
      return { kind: 'all and events' };
    }
    if (this.jobs && this.sources) return { kind: 'all' };
    if (this.jobs) return { kind: 'ArenaJob' };
    return this.sources ? { kind: 'ArenaSource' } : undefined;
  }

  wantsObject(cluster: string, object: ArenaObject): boolean {
    if (object.kind === 'ArenaSource') return this.sources;
    if (object.kind !== 'ArenaJob') return false;
    return this.jobs || this.isWatchedJob(cluster, object.metadata);
  }

  wantsEvent(cluster: string, event: ArenaEvent): boolean {
    return (
      event.involvedObject.kind === 'ArenaJob' &&
      this.isWatchedJob(cluster, event.involvedObject)
    );
  }

  private isWatchedJob(
    cluster: string,
    key: { namespace: string; name: string },
  ): boolean {
    return this.jobKeys.some(
      topic =>
        topic.cluster === cluster &&
        topic.namespace === key.namespace &&
        topic.name === key.name,
    );
  }
}
