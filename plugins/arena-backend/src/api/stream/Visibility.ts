import {
  ArenaEvent,
  ArenaObject,
  ArenaPermissionTarget,
  ObjectKey,
  Run,
} from '@backstage-arena/plugin-arena-common';
import { AccessFilter } from '../../permissions/AccessFilter';
import {
  PermissionSubject,
  subjectOfObject,
  subjectOfRun,
} from '../../permissions/PermissionSubject';
import { Topics } from './topics';

/**
 * What the reader of one live stream may see. Objects and runs say themselves what they are; of events and comments it is known from the
 * last that was seen of their job or run.
 */
export class Visibility {
  private readonly jobs: AccessFilter | undefined;
  private readonly resources: AccessFilter | undefined;
  private readonly known = new Map<string, boolean>();

  /** Absent filters: nothing of the kind may be seen. */
  constructor(filters: { jobs?: AccessFilter; resources?: AccessFilter }) {
    this.jobs = filters.jobs;
    this.resources = filters.resources;
  }

  /** Looks at what the topics name, so that it is known before it changes. */
  async learn(
    topics: Pick<Topics, 'runIds' | 'jobKeys'>,
    find: (
      target: ArenaPermissionTarget,
    ) => Promise<PermissionSubject | undefined>,
  ): Promise<void> {
    // Who may see everything need not be asked about anything.
    if (!this.jobs?.criteria) return;
    for (const runId of topics.runIds) {
      this.learnOf(runId, await find({ runId }));
    }
    for (const { cluster, ...key } of topics.jobKeys) {
      const subject = await find({ kind: 'ArenaJob', cluster, ...key });
      this.learnOf(nameOf(cluster, key), subject);
    }
  }

  object(cluster: string, object: ArenaObject): boolean {
    const subject = subjectOfObject(cluster, object);
    if (object.kind !== 'ArenaJob') {
      return this.resources?.allows(subject) ?? false;
    }
    const isVisible = this.jobs?.allows(subject) ?? false;
    this.known.set(nameOf(cluster, object.metadata), isVisible);
    return isVisible;
  }

  /** @param event - about an ArenaJob */
  event(cluster: string, event: ArenaEvent): boolean {
    return this.isKnown(nameOf(cluster, event.involvedObject));
  }

  run(run: Omit<Run, 'pins'> & { pins: Pick<Run['pins'], 'type'> }): boolean {
    const isVisible = this.jobs?.allows(subjectOfRun(run)) ?? false;
    this.known.set(run.id, isVisible);
    return isVisible;
  }

  commentsOf(runId: string): boolean {
    return this.isKnown(runId);
  }

  private isKnown(name: string): boolean {
    if (!this.jobs) return false;
    return this.jobs.criteria ? this.known.get(name) ?? false : true;
  }

  private learnOf(name: string, subject: PermissionSubject | undefined): void {
    if (subject) this.known.set(name, this.jobs?.allows(subject) ?? false);
  }
}

function nameOf(cluster: string, { namespace, name }: ObjectKey): string {
  return `${cluster}/${namespace}/${name}`;
}
