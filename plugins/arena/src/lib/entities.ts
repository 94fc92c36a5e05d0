import { Entity } from '@backstage/catalog-model';
import { EMBEDDED_CLUSTER } from '@backstage-arena/plugin-arena-common';
import { JobAddress } from '../shell';

/** Annotations by which the entity of a job says where the job lives. */
export const JOB_ENTITY_ANNOTATIONS = {
  cluster: 'arena.backstage.io/cluster',
  namespace: 'arena.backstage.io/namespace',
  name: 'arena.backstage.io/name',
} as const;

/** The job that an entity of kind ArenaJob was made from. */
export function jobAddressOf(entity: Entity): JobAddress {
  const annotations = entity.metadata.annotations ?? {};
  return {
    cluster: annotations[JOB_ENTITY_ANNOTATIONS.cluster] ?? EMBEDDED_CLUSTER,
    namespace:
      annotations[JOB_ENTITY_ANNOTATIONS.namespace] ??
      entity.metadata.namespace ??
      'default',
    name: annotations[JOB_ENTITY_ANNOTATIONS.name] ?? entity.metadata.name,
  };
}
