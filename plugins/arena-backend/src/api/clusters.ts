import { NotFoundError } from '@backstage/errors';
import {
  ARENA_KINDS,
  ArenaKindNames,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';

/** @throws NotFoundError naming the clusters that there are. */
export function storeOf(
  stores: ReadonlyMap<string, ResourceStore>,
  cluster: string,
): ResourceStore {
  const store = stores.get(cluster);
  if (!store) {
    throw new NotFoundError(
      `Cluster '${cluster}' is not configured: configured are ${[
        ...stores.keys(),
      ].join(', ')}`,
    );
  }
  return store;
}

/** @throws NotFoundError naming the kinds that there are. */
export function kindOfPlural(plural: string): ArenaKindNames {
  const names = ARENA_KINDS.find(candidate => candidate.plural === plural);
  if (!names) {
    throw new NotFoundError(
      `There is no kind '${plural}': there are ${ARENA_KINDS.map(
        candidate => candidate.plural,
      ).join(', ')}`,
    );
  }
  return names;
}
