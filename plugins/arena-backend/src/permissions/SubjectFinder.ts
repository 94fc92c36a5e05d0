import { isError, NotFoundError } from '@backstage/errors';
import {
  ArenaObjectAddress,
  ArenaPermissionTarget,
  parseArenaResourceRef,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { RunStore } from '../runs/RunStore';
import {
  PermissionSubject,
  subjectOfObject,
  subjectOfRun,
} from './PermissionSubject';

/** Loads what permissions are decided by. */
export class SubjectFinder {
  private readonly clusters: ReadonlyMap<
    string,
    { readonly resources: ResourceStore }
  >;
  private readonly runs: Pick<RunStore, 'get' | 'find'>;

  constructor(options: {
    clusters: ReadonlyMap<string, { readonly resources: ResourceStore }>;
    runs: Pick<RunStore, 'get' | 'find'>;
  }) {
    this.clusters = options.clusters;
    this.runs = options.runs;
  }

  /** Undefined for what does not exist. */
  async find(
    target: ArenaPermissionTarget,
  ): Promise<PermissionSubject | undefined> {
    try {
      return 'runId' in target
        ? subjectOfRun(await this.runs.get(target.runId))
        : await this.object(target);
    } catch (error) {
      if (isError(error) && error.name === 'NotFoundError') return undefined;
      throw error;
    }
  }

  /** For the permission backend: in the order of the references, undefined for what does not exist. */
  async findAll(
    refs: readonly string[],
  ): Promise<Array<PermissionSubject | undefined>> {
    const found = new Array<PermissionSubject | undefined>();
    // One after the other: a page of search results must not take every connection of the pool.
    for (const ref of refs) {
      const target = parseArenaResourceRef(ref);
      found.push(target && (await this.find(target)));
    }
    return found;
  }

  private async object(
    address: ArenaObjectAddress,
  ): Promise<PermissionSubject> {
    const { kind, cluster, namespace, name } = address;
    const store = this.clusters.get(cluster)?.resources;
    if (!store) throw new NotFoundError(`Cluster '${cluster}' is unknown`);
    try {
      return subjectOfObject(
        cluster,
        await store.get(kind, { namespace, name }),
      );
    } catch (error) {
      const isGone = isError(error) && error.name === 'NotFoundError';
      if (!isGone || kind !== 'ArenaJob') throw error;
      // A job that is gone is what its latest run says it was.
      const [run] = await this.runs.find({
        cluster,
        namespace,
        jobName: name,
        limit: 1,
      });
      if (!run) throw error;
      return subjectOfRun(run);
    }
  }
}
