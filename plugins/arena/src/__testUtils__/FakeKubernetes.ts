import type {
  KubernetesRequestBody,
  ObjectsByEntityResponse,
} from '@backstage/plugin-kubernetes-common';
import type {
  KubernetesApi,
  KubernetesAuthProvidersApi,
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
    Pick<KubernetesApi, 'getClusters' | 'getObjectsByEntity'>,
    Pick<KubernetesProxyApi, 'getPodLogs'>
{
  clusters = [{ name: 'prod', authProvider: 'serviceAccount' }];
  answer: ObjectsByEntityResponse = { items: [] };
  readonly asked: KubernetesRequestBody[] = [];
  logs: Record<string, string> = {};
  readonly auth: Pick<
    KubernetesAuthProvidersApi,
    'decorateRequestBodyForAuth'
  > = {
    decorateRequestBodyForAuth: async (_, body) => body,
  };

  /** What it finds in a cluster from now on. */
  has(cluster: string, pods: Pod[]): void {
    this.answer = {
      items: [
        {
          cluster: { name: cluster },
          resources: [{ type: 'pods', resources: pods }],
          podMetrics: [],
          errors: [],
        },
      ],
    };
  }

  async getClusters() {
    return this.clusters;
  }

  async getObjectsByEntity(body: KubernetesRequestBody) {
    this.asked.push(body);
    return this.answer;
  }

  async getPodLogs(request: { podName: string; containerName: string }) {
    const { podName, containerName } = request;
    const text = this.logs[`${podName}/${containerName}`];
    if (text === undefined) throw new Error('Proxy request failed with 404');
    return { text };
  }
}
