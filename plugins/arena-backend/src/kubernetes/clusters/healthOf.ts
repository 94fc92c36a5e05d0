import { ClusterInfo } from '@backstage-arena/plugin-arena-common';
import { InformerState } from '../client/InformerState';

/**
 * What a cluster says of itself: it is ready when a namespace of it can be followed.
 *
 * @param state - of all caches of the cluster
 * @param namespaces - those that are served; absent: all of the cluster, in one
 * @param trouble - what does not work though it is ready
 */
export function healthOf(
  { synced, lastError, failing }: InformerState,
  namespaces?: readonly string[],
  trouble?: string,
): Pick<ClusterInfo, 'ready' | 'message' | 'failingNamespaces'> {
  const failingNamespaces = (namespaces ?? []).flatMap(name => {
    const message = failing.get(name);
    return message === undefined ? [] : [{ name, message }];
  });
  const isLeft = failingNamespaces.length < (namespaces?.length ?? 0);
  const ready = synced && (!lastError || isLeft);
  const message = ready ? trouble : lastError ?? 'The cluster is being read';
  return {
    ready,
    ...(message && { message }),
    ...(failingNamespaces.length > 0 && { failingNamespaces }),
  };
}
