import {
  DEFAULT_NAMESPACE,
  Entity,
  getCompoundEntityRef,
  parseEntityRef,
  RELATION_DEPENDENCY_OF,
  RELATION_DEPENDS_ON,
  RELATION_HAS_PART,
  RELATION_OWNED_BY,
  RELATION_OWNER_OF,
  RELATION_PART_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError, stringifyError } from '@backstage/errors';
import { LocationSpec } from '@backstage/plugin-catalog-common';
import {
  CatalogProcessor,
  CatalogProcessorEmit,
  processingResult,
} from '@backstage/plugin-catalog-node';
import {
  ARENA_API_VERSION,
  ARENA_ENTITY_ANNOTATIONS,
} from '@backstage-arena/plugin-arena-common';
import { jobDependencies, RefOf, refsWithin } from '../entities/dependencies';
import { normalizeInput } from '@backstage-arena/plugin-arena-common/admission';
import { standsForObject } from '../entities/location';
import { entityRefOf, REF_ANNOTATIONS, RefRole } from '../entities/refs';
import { documentProblems } from './documentProblems';

const KINDS = ['ArenaJob', 'ArenaSource'];
const RELATIONS: Record<RefRole, [forward: string, reverse: string]> = {
  owner: [RELATION_OWNED_BY, RELATION_OWNER_OF],
  system: [RELATION_PART_OF, RELATION_HAS_PART],
  component: [RELATION_DEPENDS_ON, RELATION_DEPENDENCY_OF],
  api: [RELATION_DEPENDS_ON, RELATION_DEPENDENCY_OF],
};

/** What documents beside a document are called in the catalog: nobody knows yet in which cluster they will be objects. */
const registeredRef: RefOf = ({ kind, namespace, name }) =>
  stringifyEntityRef({
    kind: kind === 'ArenaSource' ? kind : 'Resource',
    namespace,
    name,
  });

/**
 * Makes the catalog know ArenaJobs and ArenaSources, both those that come from a cluster and documents that somebody registered. The latter are
 * checked as if they were created, shown, and never run: to run a job it has to be created in Arena.
 */
export class ArenaEntitiesProcessor implements CatalogProcessor {
  getProcessorName(): string {
    return 'ArenaEntitiesProcessor';
  }

  async validateEntityKind(entity: Entity): Promise<boolean> {
    if (!isArenaEntity(entity)) return false;
    const problems = standsForObject(entity) ? [] : documentProblems(entity);
    for (const role of Object.keys(RELATIONS) as RefRole[]) {
      try {
        entityRefOf(entity.metadata.annotations, role);
      } catch (error) {
        problems.push(
          `metadata.annotations[${
            REF_ANNOTATIONS[role].annotation
          }]: Invalid value: ${stringifyError(error)}`,
        );
      }
    }
    if (problems.length > 0) {
      throw new InputError(problems.join('; '));
    }
    return true;
  }

  async postProcessEntity(
    entity: Entity,
    _location: LocationSpec,
    emit: CatalogProcessorEmit,
  ): Promise<Entity> {
    if (!isArenaEntity(entity)) return entity;
    const self = getCompoundEntityRef(entity);
    const relate = (ref: string, [forward, reverse]: [string, string]) => {
      const target = parseEntityRef(ref);
      emit(processingResult.relation({ source: self, type: forward, target }));
      emit(
        processingResult.relation({
          source: target,
          type: reverse,
          target: self,
        }),
      );
    };
    for (const role of Object.keys(RELATIONS) as RefRole[]) {
      const ref = entityRefOf(entity.metadata.annotations, role);
      if (ref) relate(ref, RELATIONS[role]);
    }
    for (const ref of dependenciesOf(entity)) {
      relate(ref, [RELATION_DEPENDS_ON, RELATION_DEPENDENCY_OF]);
    }
    return entity;
  }
}

function isArenaEntity(entity: Entity): boolean {
  return entity.apiVersion === ARENA_API_VERSION && KINDS.includes(entity.kind);
}

/** References of what a job uses. */
function dependenciesOf(entity: Entity): string[] {
  if (entity.kind !== 'ArenaJob' || !entity.spec) return [];
  if (standsForObject(entity)) {
    const { source, providers, agents } = entity.spec;
    return [source, providers, agents]
      .flat()
      .filter((ref): ref is string => typeof ref === 'string');
  }
  const { namespace = DEFAULT_NAMESPACE, annotations } = entity.metadata;
  const cluster = annotations?.[ARENA_ENTITY_ANNOTATIONS.cluster];
  const { spec } = normalizeInput({ kind: entity.kind, spec: entity.spec });
  const { source, providers, agents } = jobDependencies(spec, {
    namespace,
    refOf: cluster ? refsWithin(cluster) : registeredRef,
  });
  return [...(source ? [source] : []), ...providers, ...agents];
}
