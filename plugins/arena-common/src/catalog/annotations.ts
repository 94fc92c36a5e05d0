/** Annotations of catalog entities that stand for objects. @public */
export const ARENA_ENTITY_ANNOTATIONS = {
  /** Where the object lives. */
  cluster: 'arena.backstage.io/cluster',
  namespace: 'arena.backstage.io/namespace',
  name: 'arena.backstage.io/name',
  uid: 'arena.backstage.io/uid',
  /** Entity reference of the system that the object is part of. Also read from the object itself. */
  system: 'arena.backstage.io/system',
  /** Entity reference of the API under test. Also read from the object itself. */
  api: 'arena.backstage.io/api',
} as const;
