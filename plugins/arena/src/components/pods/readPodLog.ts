import { KubernetesApi } from '@backstage/plugin-kubernetes-react';
import { faultOf } from './faultOf';

/** Lines that are read of a log: it is read again and again, and may be hundreds of megabytes long. */
export const MAX_LOG_LINES = 1000;

/** The end of a log. */
export interface PodLogEnd {
  text: string;
  /** True when more than that was written. */
  isCut: boolean;
}

/** The end of what a container wrote; with `previous`, what it wrote before it was restarted. */
export async function readPodLog(
  kubernetes: Pick<KubernetesApi, 'proxy'>,
  options: {
    cluster: string;
    namespace: string;
    pod: string;
    container: string;
    previous: boolean;
  },
): Promise<PodLogEnd> {
  const { cluster, namespace, pod, container, previous } = options;
  const query = new URLSearchParams({
    container,
    // One more than is shown, to know whether there are more.
    tailLines: String(MAX_LOG_LINES + 1),
    ...(previous && { previous: 'true' }),
  });
  const [inNamespace, ofPod] = [namespace, pod].map(encodeURIComponent);
  const response = await kubernetes.proxy({
    clusterName: cluster,
    path: `/api/v1/namespaces/${inNamespace}/pods/${ofPod}/log?${query}`,
  });
  if (!response.ok) throw await faultOf(response);
  const lines = (await response.text()).match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return {
    text: lines.slice(-MAX_LOG_LINES).join(''),
    isCut: lines.length > MAX_LOG_LINES,
  };
}
