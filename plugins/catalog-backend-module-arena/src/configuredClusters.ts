import { Config } from '@backstage/config';
import { EMBEDDED_CLUSTER } from '@backstage-arena/plugin-arena-common';

/**
 * Names of the clusters whose objects get entities: those of `catalog.providers.arena.clusters`, else all that Arena itself has.
 */
export function configuredClusters(config: Config): string[] {
  const chosen = config.getOptionalStringArray(
    'catalog.providers.arena.clusters',
  );
  if (chosen) return [...new Set(chosen)];
  const embedded = config.getOptionalBoolean('arena.embedded.enabled') ?? true;
  const clusters = config.getOptionalConfigArray('arena.clusters') ?? [];
  return [
    ...(embedded ? [EMBEDDED_CLUSTER] : []),
    ...clusters.map(cluster => cluster.getString('name')),
  ];
}
