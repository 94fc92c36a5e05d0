import { NotFoundError } from '@backstage/errors';
import type {
  KubernetesApi,
  KubernetesProxyApi,
} from '@backstage/plugin-kubernetes-react';
import type { Pod } from '../components/pods/podState';

/** A pod of a worker as the API server has it. */
export function pod(
  name: string,
  options: {
    phase?: string;
    component?: string;
    status?: Pod['status'];
    containers?: string[];
  } = {},
): Pod {
  const { phase = 'Running', containers = ['worker'] } = options;
  const started = { startedAt: new Date('2026-11-23T10:00:01Z') };
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      creationTimestamp: new Date('2026-11-23T10:00:00Z'),
      labels: { 'app.kubernetes.io/component': options.component ?? 'worker' },
    },
    spec: {
      nodeName: 'node-1',
      containers: containers.map(container => ({ name: container })),
    },
    status: options.status ?? {
      phase,
      containerStatuses: containers.map(container => ({
        name: container,
        image: 'arena-worker',
        imageID: '',
        ready: phase === 'Running',
        restartCount: 0,
        state:
          phase === 'Running'
            ? { running: started }
            : { terminated: { exitCode: phase === 'Failed' ? 1 : 0 } },
      })),
    },
  };
}

/** The Kubernetes plugin in memory. */
export class FakeKubernetes
  implements
    Pick<KubernetesApi, 'proxy'>,
    Pick<KubernetesProxyApi, 'getPodLogs'>
{
  /** Pods by cluster. */
  clusters: Record<string, Pod[]> = { prod: [] };
  /** Answers with it instead. */
  fault: { status: number; message: string } | undefined;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** By pod and container. */
  logs: Record<string, string> = {};

  async proxy(request: { clusterName: string; path: string }) {
    const pods = this.clusters[request.clusterName];
    if (!pods) {
      throw new NotFoundError(`Cluster ${request.clusterName} not found`);
    }
    this.asked.push(request.path);
    const body = this.fault ?? { items: pods };
    return {
      ok: !this.fault,
      status: this.fault?.status ?? 200,
      json: async () => body,
      text: async () => JSON.stringify(body),
    } as Response;
  }

  async getPodLogs(request: { podName: string; containerName: string }) {
    const { podName, containerName } = request;
    const text = this.logs[`${podName}/${containerName}`];
    if (text === undefined) throw new Error('Proxy request failed with 404');
    return { text };
  }
}
