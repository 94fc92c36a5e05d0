import { ANNOTATION_LOCATION, Entity } from '@backstage/catalog-model';

/** Type of the location of entities that stand for an object. */
export const ARENA_LOCATION = 'arena';

/**
 * True for entities that stand for an object, as opposed to documents that somebody registered. Nobody can pretend: the catalog itself writes where a
 * registered document comes from.
 */
export function standsForObject(entity: Entity): boolean {
  return !!entity.metadata.annotations?.[ANNOTATION_LOCATION]?.startsWith(
    `${ARENA_LOCATION}:`,
  );
}
