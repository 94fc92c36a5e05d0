import {
  Entity,
  getCompoundEntityRef,
  parseEntityRef,
  RELATION_DEPENDENCY_OF,
  RELATION_DEPENDS_ON,
  RELATION_HAS_PART,
  RELATION_OWNED_BY,
  RELATION_OWNER_OF,
  RELATION_PART_OF,
} from '@backstage/catalog-model';
import { InputError, stringifyError } from '@backstage/errors';
import { LocationSpec } from '@backstage/plugin-catalog-common';
import {
  CatalogProcessor,
  CatalogProcessorEmit,
  processingResult,
} from '@backstage/plugin-catalog-node';
import { ARENA_API_VERSION } from '@backstage-arena/plugin-arena-common';
import { entityRefOf, REF_ANNOTATIONS, RefRole } from '../entities/refs';

const KINDS = ['ArenaJob', 'ArenaSource'];
const RELATIONS: Record<RefRole, [forward: string, reverse: string]> = {
  owner: [RELATION_OWNED_BY, RELATION_OWNER_OF],
  system: [RELATION_PART_OF, RELATION_HAS_PART],
  component: [RELATION_DEPENDS_ON, RELATION_DEPENDENCY_OF],
};

/**
 * Makes the catalog know ArenaJobs and ArenaSources, both those that come from a cluster and documents that somebody registered. The latter are
 * shown, and never run: to run a job it has to be created in Arena.
 */
export class ArenaEntitiesProcessor implements CatalogProcessor {
  getProcessorName(): string {
    return 'ArenaEntitiesProcessor';
  }

  async validateEntityKind(entity: Entity): Promise<boolean> {
    if (!isArenaEntity(entity)) return false;
    if (typeof entity.spec !== 'object') {
      throw new InputError('spec: Required value');
    }
    for (const role of Object.keys(RELATIONS) as RefRole[]) {
      try {
        entityRefOf(entity.metadata.annotations, role);
      } catch (error) {
        throw new InputError(
          `metadata.annotations[${
            REF_ANNOTATIONS[role].annotation
          }]: Invalid value: ${stringifyError(error)}`,
        );
      }
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
    // Written by the provider, always as a whole reference; a registered document has `sourceRef` instead.
    const source = entity.spec?.source;
    if (entity.kind === 'ArenaJob' && typeof source === 'string') {
      relate(source, [RELATION_DEPENDS_ON, RELATION_DEPENDENCY_OF]);
    }
    return entity;
  }
}

function isArenaEntity(entity: Entity): boolean {
  return entity.apiVersion === ARENA_API_VERSION && KINDS.includes(entity.kind);
}
