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
  arenaEntityKind,
  arenaEntityName,
  ArenaKind,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import {
  agentDependencies,
  isObject,
  jobDependencies,
  refsWithin,
} from './dependencies';
import { kubernetesAnnotations } from './kubernetesAnnotations';
import { ARENA_LOCATION } from './location';
import { entityRefOf, REF_ANNOTATIONS, RefRole } from './refs';

/** What the catalog calls an owner that nobody knows. Entities of the kind Resource must have one. */
const UNKNOWN_OWNER = 'unknown';

export interface ToEntityOptions {
  cluster: string;
  /** Address of the portal, for links; without a slash at the end. */
  appUrl: string;
  /** Entity reference of who answers for objects that name no owner. */
  defaultOwner?: string;
  /** Told what of an object could not be taken over. */
  onFault(fault: string): void;
}

/** True for objects that have an entity: children of a scheduled job come and go, and are seen on their parent. */
export function hasEntity(object: ArenaObject): boolean {
  return (
    !object.metadata.deletionTimestamp &&
    !object.metadata.ownerReferences?.some(owner => owner.kind === 'ArenaJob')
  );
}

/**
 * The entity that stands for an object: a job, a source, or what jobs use.
 *
 * It holds what changes seldom. Live state stays with Arena: each change of an entity is worked through the whole catalog. Addresses, headers and credentials of
 * providers and agents are left out: whoever may see the catalog need not see them.
 */
export function toEntity(
  object: ArenaObject,
  options: ToEntityOptions,
): Entity {
  const { cluster, appUrl } = options;
  const { kind } = object;
  const { namespace, name, uid, labels, annotations } = object.metadata;
  const location = `${ARENA_LOCATION}:${cluster}/${namespace}/${kind}/${name}`;
  const refs = refsOf(object, options);
  const description = descriptionOf(object);
  const url = viewUrl(appUrl, cluster, object);
  return {
    apiVersion:
      arenaEntityKind(kind) === 'Resource'
        ? 'backstage.io/v1beta1'
        : ARENA_API_VERSION,
    kind: arenaEntityKind(kind),
    metadata: {
      name: arenaEntityName({ kind, cluster, namespace, name }),
      namespace,
      title: name,
      ...(description && { description }),
      ...(labels && { labels }),
      annotations: {
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
        ...(url && { [ANNOTATION_VIEW_URL]: url }),
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
    // Owner, system and what is tested once more where the portal's own cards and filters look for them.
    spec: { ...specOf(object, cluster), ...refs },
  };
}

function specOf(object: ArenaObject, cluster: string): JsonObject {
  const { namespace } = object.metadata;
  const refOf = refsWithin(cluster);
  switch (object.kind) {
    case 'ArenaJob': {
      const { schedule, type } = object.spec;
      const { source, providers, agents } = jobDependencies(object.spec, {
        namespace,
        refOf,
      });
      return {
        type: textOf(type) ?? 'evaluation',
        ...(source && { source }),
        ...(providers.length > 0 && { providers }),
        ...(agents.length > 0 && { agents }),
        ...(isObject(schedule) &&
          textOf(schedule.cron) && { schedule: textOf(schedule.cron) }),
      };
    }
    case 'Provider': {
      const { type, model, role } = object.spec;
      return {
        type: 'llm-provider',
        owner: UNKNOWN_OWNER,
        ...(textOf(type) && { provider: textOf(type) }),
        ...(textOf(model) && { model: textOf(model) }),
        ...(textOf(role) && { role: textOf(role) }),
      };
    }
    case 'AgentRuntime': {
      const dependsOn = agentDependencies(object.spec, { namespace, refOf });
      return {
        type: 'agent',
        owner: UNKNOWN_OWNER,
        ...(dependsOn.length > 0 && { dependsOn }),
      };
    }
    default:
      return { type: textOf(object.spec.type) ?? 'unknown' };
  }
}

const JOB_TYPES: Record<string, string> = {
  evaluation: 'Evaluation',
  loadtest: 'Load test',
  datagen: 'Data generation',
};

/** A sentence that says what an object is, which the search finds and shows. */
function descriptionOf({ kind, spec }: ArenaObject): string | undefined {
  switch (kind) {
    case 'ArenaJob': {
      const { sourceRef, schedule } = spec;
      const type = textOf(spec.type) ?? 'evaluation';
      const source = isObject(sourceRef) && textOf(sourceRef.name);
      const cron = isObject(schedule) && textOf(schedule.cron);
      return [
        JOB_TYPES[type] ?? type,
        ...(source ? [`of ${source}`] : []),
        ...(cron ? [`by the schedule ${cron}`] : []),
      ].join(' ');
    }
    case 'ArenaSource': {
      const type = textOf(spec.type);
      return type && `Test scenarios, fetched by ${type}`;
    }
    case 'AgentRuntime':
      return 'Agent that Arena can test';
    case 'Provider': {
      const [type, model] = [textOf(spec.type), textOf(spec.model)];
      return model && type ? `${model} by ${type}` : model ?? type;
    }
    default:
      return undefined;
  }
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
  // Who made an object answers for it until somebody else is named.
  const owner =
    annotations?.[ARENA_ANNOTATIONS.creator] || options.defaultOwner;
  if (!refs.owner && owner) {
    refs.owner = owner;
  }
  return refs;
}

/** Jobs and sources have a page. */
function viewUrl(
  appUrl: string,
  cluster: string,
  object: ArenaObject,
): string | undefined {
  const { namespace, name } = object.metadata;
  const pages: Partial<Record<ArenaKind, string>> = {
    ArenaJob: 'jobs',
    ArenaSource: 'sources',
  };
  const page = pages[object.kind];
  if (!page) return undefined;
  const path = [cluster, namespace, name].map(encodeURIComponent).join('/');
  return `${appUrl}/arena/${page}/${path}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
