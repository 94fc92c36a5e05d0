import {
  ArenaJob,
  ArenaObjectInput,
  OwnerReference,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { createHash } from 'node:crypto';

/** Label of child jobs: UID of the job whose schedule created them. */
export const SCHEDULE_UID = 'arena.backstage.io/schedule-uid';
/** Annotation of child jobs: the time that they were due at, by the expression. */
export const SCHEDULED_AT = 'arena.backstage.io/scheduled-at';

/** Annotation of child jobs that a person started: they were not due. */
export const TRIGGERED = 'arena.backstage.io/triggered';

/** A name fits in a label: 63 characters, less hash, minute and two hyphens. */
const MAX_BASE_LENGTH = 43;
const NOT_COPIED = ['kubectl.kubernetes.io/last-applied-configuration'];

/** The name of the child of a fire: the same for whoever creates it, and another one for another job of the same name. */
export function childName(parent: ArenaJob, at: number): string {
  const { name, uid } = parent.metadata;
  const base = name.slice(0, MAX_BASE_LENGTH).replace(/[-.]+$/, '');
  const hash = createHash('sha256').update(uid).digest('hex').slice(0, 5);
  const minute = new Date(at).toISOString().slice(0, 16).replace(/\D/g, '');
  return `${base}-${hash}-${minute}`;
}

/** The job that a fire creates: what its parent says, once. */
export function childJob(
  parent: ArenaJob,
  at: number,
): ArenaObjectInput<JsonObject> {
  const { metadata, apiVersion, kind } = parent;
  const { schedule, cancelled, ...spec } = parent.spec;
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(
      ([name]) => !NOT_COPIED.includes(name),
    ),
  );
  return {
    apiVersion,
    kind,
    metadata: {
      name: childName(parent, at),
      namespace: metadata.namespace,
      labels: { ...metadata.labels, [SCHEDULE_UID]: metadata.uid },
      annotations: {
        ...annotations,
        [SCHEDULED_AT]: new Date(at).toISOString(),
      },
      ownerReferences: [
        {
          apiVersion,
          kind,
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
        },
      ],
    },
    spec: JSON.parse(JSON.stringify(spec)),
  };
}

/** When a child was due; undefined for a job that is none. */
export function scheduledAt({ metadata }: ArenaJob): number | undefined {
  const text = metadata.annotations?.[SCHEDULED_AT];
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** The times for which there are children; not those of runs that a person started. */
export function startedTimes(children: readonly ArenaJob[]): Set<number> {
  const due = children.filter(
    ({ metadata }) => !metadata.annotations?.[TRIGGERED],
  );
  return new Set(due.flatMap(child => scheduledAt(child) ?? []));
}

/** The job that a job was created by: that with the schedule. */
export function parentOf({
  metadata,
}: Pick<ArenaJob, 'metadata'>): OwnerReference | undefined {
  return metadata.ownerReferences?.find(
    ({ controller, kind }) => controller && kind === 'ArenaJob',
  );
}

/** True when a job was created by the schedule of another. */
export function isChildOf(job: ArenaJob, parent: ArenaJob): boolean {
  return Boolean(
    job.metadata.ownerReferences?.some(
      ({ uid }) => uid === parent.metadata.uid,
    ),
  );
}
