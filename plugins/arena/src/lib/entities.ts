import { Entity } from '@backstage/catalog-model';
import {
  ARENA_ENTITY_ANNOTATIONS,
  EMBEDDED_CLUSTER,
} from '@backstage-arena/plugin-arena-common';
import { JobAddress } from '../shell';

/** The job that an entity of kind ArenaJob was made from. */
export function jobAddressOf(entity: Entity): JobAddress {
  const annotations = entity.metadata.annotations ?? {};
  return {
    cluster: annotations[ARENA_ENTITY_ANNOTATIONS.cluster] ?? EMBEDDED_CLUSTER,
    namespace:
      annotations[ARENA_ENTITY_ANNOTATIONS.namespace] ??
      entity.metadata.namespace ??
      'default',
    name: annotations[ARENA_ENTITY_ANNOTATIONS.name] ?? entity.metadata.name,
  };
}
