import {
  ARENA_LABELS,
  ArenaObject,
  EMBEDDED_CLUSTER,
} from '@backstage-arena/plugin-arena-common';

const KUBERNETES_ID = 'backstage.io/kubernetes-id';

/**
 * By which the Kubernetes plugin finds what belongs to a job, so that the tab of its entity shows the workers.
 *
 * The selector is there beside the id because several jobs may have the same id: that of the component which they test.
 */
export function kubernetesAnnotations(
  { kind, metadata: { name, namespace, labels, annotations } }: ArenaObject,
  cluster: string,
): Record<string, string> {
  if (kind !== 'ArenaJob' || cluster === EMBEDDED_CLUSTER) return {};
  return {
    [KUBERNETES_ID]:
      annotations?.[KUBERNETES_ID] ?? labels?.[KUBERNETES_ID] ?? name,
    'backstage.io/kubernetes-label-selector': `${ARENA_LABELS.job}=${name}`,
    'backstage.io/kubernetes-namespace': namespace,
    'backstage.io/kubernetes-cluster': cluster,
  };
}
