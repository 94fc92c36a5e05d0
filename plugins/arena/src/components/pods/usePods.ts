import { useEffect, useMemo } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  KubernetesApi,
  kubernetesApiRef,
} from '@backstage/plugin-kubernetes-react';
import { ARENA_LABELS } from '@backstage-arena/plugin-arena-common';
import { useQuery } from '../../hooks/useQuery';
import { JobAddress } from '../../shell';
import { faultOf } from './faultOf';
import { Pod } from './podState';

const REFRESH_MS = 5000;
/** More than a run has workers; the newest may be missing beyond. */
const MAX_PODS = 500;

/** What the Kubernetes plugin says of the pods of a run. */
export interface Pods {
  /** Newest first; undefined until read. */
  pods: Pod[] | undefined;
  /** False when the plugin has no cluster of that name. */
  isKnown: boolean;
  error: Error | undefined;
  reload(): void;
}

/**
 * Reads the pods of a run, or of a job that has none yet, through the Kubernetes plugin, again and again.
 *
 * By its proxy, not by entity: a job is in the catalog half a minute later, its scheduled runs never, and a list by entity costs a dozen
 * requests to every cluster.
 */
export function usePods(address: JobAddress, runId: string | undefined): Pods {
  const { cluster, namespace, name } = address;
  const kubernetes = useApi(kubernetesApiRef);
  const query = useQuery(
    () =>
      readPods(kubernetes, {
        cluster,
        namespace,
        labelSelector: runId
          ? `${ARENA_LABELS.run}=${runId}`
          : `${ARENA_LABELS.job}=${name}`,
      }),
    [kubernetes, cluster, namespace, name, runId],
  );
  const { value, error, reload } = query;
  useEffect(() => {
    const timer = setInterval(reload, REFRESH_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const pods = useMemo(
    () =>
      value &&
      [...value].sort((a, b) => createdAt(b).localeCompare(createdAt(a))),
    [value],
  );
  const isKnown = error?.name !== 'NotFoundError';
  return { pods, isKnown, error: isKnown ? error : undefined, reload };
}

async function readPods(
  kubernetes: Pick<KubernetesApi, 'proxy'>,
  options: { cluster: string; namespace: string; labelSelector: string },
): Promise<Pod[]> {
  const { cluster, namespace, labelSelector } = options;
  const query = new URLSearchParams({
    labelSelector,
    limit: String(MAX_PODS),
  });
  const response = await kubernetes.proxy({
    clusterName: cluster,
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query}`,
  });
  if (!response.ok) throw await faultOf(response);
  const list: { items: Pod[] } = await response.json();
  return list.items;
}

/** RFC 3339, as it comes; the type of the plugin claims a Date. */
export function createdAt(pod: Pod): string {
  const time = pod.metadata?.creationTimestamp;
  return time ? new Date(time).toISOString() : '';
}
