import { useMemo } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import {
  kubernetesApiRef,
  useKubernetesObjects,
} from '@backstage/plugin-kubernetes-react';
import {
  ARENA_API_VERSION,
  ARENA_LABELS,
} from '@backstage-arena/plugin-arena-common';
import { useQuery } from '../../hooks/useQuery';
import { JobAddress } from '../../shell';
import { Pod } from './podState';

const REFRESH_MS = 5000;

/** What the Kubernetes plugin says of the pods of a run. */
export interface Pods {
  /** Newest first; undefined until read. */
  pods: Pod[] | undefined;
  /** False when the plugin has no cluster of that name. */
  isKnown: boolean;
  error: Error | undefined;
}

/** Reads the pods of a run, or of a job that has none yet, through the Kubernetes plugin, again and again. */
export function usePods(address: JobAddress, runId: string | undefined): Pods {
  const { cluster, namespace, name } = address;
  // The plugin asks for an entity, and needs no more of it than this: a new job is not in the catalog yet.
  const entity = useMemo<Entity>(
    () => ({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: {
        name,
        namespace,
        annotations: {
          'backstage.io/kubernetes-cluster': cluster,
          'backstage.io/kubernetes-namespace': namespace,
          'backstage.io/kubernetes-label-selector': runId
            ? `${ARENA_LABELS.run}=${runId}`
            : `${ARENA_LABELS.job}=${name}`,
        },
      },
    }),
    [cluster, namespace, name, runId],
  );
  const kubernetes = useApi(kubernetesApiRef);
  const clusters = useQuery(() => kubernetes.getClusters(), [kubernetes]);
  const { kubernetesObjects, error } = useKubernetesObjects(entity, REFRESH_MS);

  const found = kubernetesObjects?.items.find(
    item => item.cluster.name === cluster,
  );
  const pods = useMemo(
    () =>
      kubernetesObjects &&
      (found?.resources ?? [])
        .flatMap(one => (one.type === 'pods' ? one.resources : []))
        .sort((a, b) => createdAt(b).localeCompare(createdAt(a))),
    [kubernetesObjects, found],
  );
  const failure = found?.errors.find(
    one =>
      one.errorType === 'FETCH_ERROR' || one.resourcePath?.endsWith('/pods'),
  );
  return {
    pods,
    isKnown: clusters.value?.some(one => one.name === cluster) ?? true,
    error: error
      ? new Error(error)
      : failure &&
        new Error(
          failure.errorType === 'FETCH_ERROR'
            ? failure.message
            : `${failure.errorType} (${failure.statusCode ?? 'no'} status)`,
        ),
  };
}

/** RFC 3339, as it comes; the type of the plugin claims a Date. */
export function createdAt(pod: Pod): string {
  const time = pod.metadata?.creationTimestamp;
  return time ? new Date(time).toISOString() : '';
}
