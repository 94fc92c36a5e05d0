import { NotFoundError } from '@backstage/errors';
import {
  ARENA_KINDS,
  ArenaKindNames,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { ServedCluster } from './ServedCluster';

/** @throws NotFoundError naming the clusters that there are. */
export function clusterOf(
  clusters: ReadonlyMap<string, ServedCluster>,
  name: string,
): ServedCluster {
  const cluster = clusters.get(name);
  if (!cluster) {
    throw new NotFoundError(
      `Cluster '${name}' is not configured: configured are ${[
        ...clusters.keys(),
      ].join(', ')}`,
    );
  }
  return cluster;
}

/** Where the objects of a cluster live. @throws NotFoundError */
export function storeOf(
  clusters: ReadonlyMap<string, ServedCluster>,
  name: string,
): ResourceStore {
  return clusterOf(clusters, name).resources;
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
