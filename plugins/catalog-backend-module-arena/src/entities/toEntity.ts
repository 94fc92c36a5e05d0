import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  ANNOTATION_VIEW_URL,
  Entity,
} from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  ARENA_ANNOTATIONS,
  ARENA_API_VERSION,
  ARENA_ENTITY_ANNOTATIONS,
  arenaEntityName,
  arenaEntityRef,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { kubernetesAnnotations } from './kubernetesAnnotations';
import { entityRefOf, REF_ANNOTATIONS, RefRole } from './refs';

export interface ToEntityOptions {
  cluster: string;
  /** Address of the portal, for links; without a slash at the end. */
  appUrl: string;
  /** Told what of an object could not be taken over. */
  onFault(fault: string): void;
}

/** True for objects that have an entity: children of a scheduled job come and go, and are seen on their parent. */
export function hasEntity(object: ArenaObject): boolean {
  return !object.metadata.ownerReferences?.some(
    owner => owner.kind === 'ArenaJob',
  );
}

/**
 * The entity that stands for an ArenaJob or an ArenaSource.
 *
 * It holds what changes seldom. Live state stays with Arena: each change of an entity is worked through the whole catalog.
 */
export function toEntity(
  object: ArenaObject,
  options: ToEntityOptions,
): Entity {
  const { cluster, appUrl } = options;
  const { namespace, name, uid, labels, annotations } = object.metadata;
  const location = `arena:${cluster}/${namespace}/${object.kind}/${name}`;
  const spec =
    object.kind === 'ArenaJob'
      ? jobSpec(object, cluster)
      : { type: textOf(object.spec.type) ?? 'unknown' };
  const refs = refsOf(object, options);
  return {
    apiVersion: ARENA_API_VERSION,
    kind: object.kind,
    metadata: {
      name: arenaEntityName({ cluster, namespace, name }),
      namespace,
      title: name,
      ...(labels && { labels }),
      annotations: {
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
        [ANNOTATION_VIEW_URL]: viewUrl(appUrl, cluster, object),
        [ARENA_ENTITY_ANNOTATIONS.cluster]: cluster,
        [ARENA_ENTITY_ANNOTATIONS.namespace]: namespace,
        [ARENA_ENTITY_ANNOTATIONS.name]: name,
        [ARENA_ENTITY_ANNOTATIONS.uid]: uid,
        ...kubernetesAnnotations(object, cluster),
        ...Object.fromEntries(
          Object.entries(refs).map(([role, ref]) => [
            REF_ANNOTATIONS[role as RefRole].annotation,
            ref,
          ]),
        ),
        ...(annotations?.[ARENA_ANNOTATIONS.creator] && {
          [ARENA_ANNOTATIONS.creator]: annotations[ARENA_ANNOTATIONS.creator],
        }),
      },
    },
    // Owner, system and component once more where the portal's own cards and filters look for them.
    spec: { ...spec, ...refs },
  };
}

function jobSpec(job: ArenaObject, cluster: string): JsonObject {
  const { sourceRef, schedule, type } = job.spec;
  const source = isObject(sourceRef) ? sourceRef : {};
  return {
    type: textOf(type) ?? 'evaluation',
    ...(typeof source.name === 'string' &&
      source.kind !== 'ArenaConfig' && {
        source: arenaEntityRef({
          kind: 'ArenaSource',
          cluster,
          namespace: job.metadata.namespace,
          name: source.name,
        }),
      }),
    ...(isObject(schedule) &&
      typeof schedule.cron === 'string' && { schedule: schedule.cron }),
  };
}

function refsOf(
  object: ArenaObject,
  options: ToEntityOptions,
): Partial<Record<RefRole, string>> {
  const { annotations, namespace, name } = object.metadata;
  const refs: Partial<Record<RefRole, string>> = {};
  for (const role of Object.keys(REF_ANNOTATIONS) as RefRole[]) {
    try {
      const ref = entityRefOf(annotations, role);
      if (ref !== undefined) refs[role] = ref;
    } catch (error) {
      options.onFault(
        `${object.kind} ${
          options.cluster
        }/${namespace}/${name}: metadata.annotations[${
          REF_ANNOTATIONS[role].annotation
        }] is left out: ${stringifyError(error)}`,
      );
    }
  }
  // Who made a job answers for it until somebody else is named.
  const creator = annotations?.[ARENA_ANNOTATIONS.creator];
  if (!refs.owner && creator) {
    refs.owner = creator;
  }
  return refs;
}

function viewUrl(appUrl: string, cluster: string, object: ArenaObject): string {
  const { namespace, name } = object.metadata;
  const path =
    object.kind === 'ArenaJob'
      ? ['jobs', cluster, namespace, name].map(encodeURIComponent).join('/')
      : `sources?cluster=${encodeURIComponent(cluster)}`;
  return `${appUrl}/arena/${path}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
