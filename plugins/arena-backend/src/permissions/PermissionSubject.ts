import {
  ARENA_ANNOTATIONS,
  ArenaKind,
  Run,
} from '@backstage-arena/plugin-arena-common';

/**
 * What permissions are decided by: an object, or a run, which has what its job had when it began.
 *
 * @public
 */
export interface PermissionSubject {
  /** `ArenaJob` for a run. */
  readonly kind: ArenaKind;
  readonly cluster: string;
  readonly namespace: string;
  /** Of the object; of the job for a run. */
  readonly name: string;
  /** `evaluation`, `loadtest` or `datagen`; empty for what is no job. */
  readonly type: string;
  /** Entity reference of the user who created it; empty when nobody knows. */
  readonly creator: string;
  /** Entity reference as the owner annotation has it; empty when there is none. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is known of an object before it is stored, too. */
export interface SubjectSource {
  kind: ArenaKind;
  metadata: {
    namespace?: string;
    name?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: { type?: unknown };
}

/** @param cluster - name of the cluster that has the object */
export function subjectOfObject(
  cluster: string,
  object: SubjectSource,
): PermissionSubject {
  const { kind, metadata, spec } = object;
  const { annotations = {}, labels = {} } = metadata;
  const type = typeof spec.type === 'string' ? spec.type : 'evaluation';
  return {
    kind,
    cluster,
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    type: kind === 'ArenaJob' ? type : '',
    creator: annotations[ARENA_ANNOTATIONS.creator] ?? '',
    owner: annotations[ARENA_ANNOTATIONS.owner] ?? '',
    labels,
  };
}

export function subjectOfRun(
  run: Pick<
    Run,
    'cluster' | 'namespace' | 'jobName' | 'creator' | 'owner' | 'labels'
  > & { pins: Pick<Run['pins'], 'type'> },
): PermissionSubject {
  return {
    kind: 'ArenaJob',
    cluster: run.cluster,
    namespace: run.namespace,
    name: run.jobName,
    type: run.pins.type,
    creator: run.creator ?? '',
    owner: run.owner ?? '',
    labels: run.labels,
  };
}
