import {
  ArenaKind,
  arenaGrantCreatePermission,
  arenaGrantDeletePermission,
  arenaGrantUpdatePermission,
  arenaJobCreatePermission,
  arenaJobDeletePermission,
  arenaJobPlacePermission,
  arenaJobReadPermission,
  arenaJobUpdatePermission,
  arenaResourceCreatePermission,
  arenaResourceDeletePermission,
  arenaResourcePlacePermission,
  arenaResourceReadPermission,
  arenaResourceUpdatePermission,
} from '@backstage-arena/plugin-arena-common';

const JOBS = {
  read: arenaJobReadPermission,
  create: arenaJobCreatePermission,
  place: arenaJobPlacePermission,
  update: arenaJobUpdatePermission,
  delete: arenaJobDeletePermission,
};
const RESOURCES = {
  read: arenaResourceReadPermission,
  create: arenaResourceCreatePermission,
  place: arenaResourcePlacePermission,
  update: arenaResourceUpdatePermission,
  delete: arenaResourceDeletePermission,
};
/** Who may look at objects sees what is lent; lending is a right of its own. */
const GRANTS = {
  ...RESOURCES,
  create: arenaGrantCreatePermission,
  update: arenaGrantUpdatePermission,
  delete: arenaGrantDeletePermission,
};

/** What objects of a kind need, by what is done with them. */
export function permissionsOfKind(
  kind: ArenaKind,
): typeof JOBS | typeof RESOURCES | typeof GRANTS {
  switch (kind) {
    case 'ArenaJob':
      return JOBS;
    case 'ArenaReferenceGrant':
      return GRANTS;
    default:
      return RESOURCES;
  }
}
