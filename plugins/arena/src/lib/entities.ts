import { Entity } from '@backstage/catalog-model';
import { ARENA_ENTITY_ANNOTATIONS } from '@backstage-arena/plugin-arena-common';
import { JobAddress } from '../shell';

/** The cluster that an entity names: that of its job, or the one in which a component is tested. */
export function clusterOf(entity: Entity): string | undefined {
  return entity.metadata.annotations?.[ARENA_ENTITY_ANNOTATIONS.cluster];
}

/** The job of a cluster that an entity of kind ArenaJob was made from. */
export function jobAddressOf(entity: Entity, cluster: string): JobAddress {
  const annotations = entity.metadata.annotations ?? {};
  return {
    cluster,
    namespace:
      annotations[ARENA_ENTITY_ANNOTATIONS.namespace] ??
      entity.metadata.namespace ??
      'default',
    name: annotations[ARENA_ENTITY_ANNOTATIONS.name] ?? entity.metadata.name,
  };
}
