import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod/v4';
import { ClusterConnection } from '../../config/KubernetesClusterConfig';

/** Where the plugin itself looks for a token when a cluster names none. */
const OWN_TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** The name of the provider contains a dot, so that no path of config leads to it. */
const metadataSchema = z.object({
  'kubernetes.io/auth-provider': z.string().optional(),
});

/**
 * A cluster of the Kubernetes plugin, from `kubernetes.clusterLocatorMethods` of type `config`.
 *
 * @throws InputError when it is not there, or signs in as the user of the portal, whom a controller does not have
 */
export function findPluginCluster(
  rootConfig: Config,
  name: string,
): Extract<ClusterConnection, { type: 'direct' }> {
  const methods =
    rootConfig.getOptionalConfigArray('kubernetes.clusterLocatorMethods') ?? [];
  const clusters = methods
    .filter(method => method.getOptionalString('type') === 'config')
    .flatMap(method => method.getOptionalConfigArray('clusters') ?? []);
  const cluster = clusters.find(
    candidate => candidate.getOptionalString('name') === name,
  );
  if (!cluster) {
    const names = clusters.map(c => c.getOptionalString('name')).join(', ');
    throw new InputError(
      `There is no cluster '${name}' in config at kubernetes.clusterLocatorMethods of type config: allowed are ${
        names || 'none, it has no clusters'
      }`,
    );
  }
  const provider =
    cluster.getOptionalString('authProvider') ??
    metadataSchema.safeParse(cluster.getOptional('authMetadata')).data?.[
      'kubernetes.io/auth-provider'
    ];
  if (provider !== 'serviceAccount') {
    throw new InputError(
      `Cluster '${name}' in config at kubernetes.clusterLocatorMethods has authProvider '${provider}': a cluster of arena needs 'serviceAccount', or a connection of its own`,
    );
  }
  const token = cluster.getOptionalString('serviceAccountToken');
  return {
    type: 'direct',
    url: cluster.getString('url'),
    caData: cluster.getOptionalString('caData'),
    caFile: cluster.getOptionalString('caFile'),
    ...(token ? { token } : { tokenFile: OWN_TOKEN_FILE }),
    skipTLSVerify: cluster.getOptionalBoolean('skipTLSVerify') ?? false,
  };
}
