import { NotFoundError } from '@backstage/errors';
import type { KubernetesApi } from '@backstage/plugin-kubernetes-react';
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
export class FakeKubernetes implements Pick<KubernetesApi, 'proxy'> {
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
    if (this.fault) return answer(this.fault.status, this.fault);
    const { pathname, searchParams } = new URL(request.path, 'http://api');
    const [, name] = /\/pods\/([^/]+)\/log$/.exec(pathname) ?? [];
    if (name === undefined) return answer(200, { items: pods });
    const log = this.logs[`${name}/${searchParams.get('container')}`];
    return log === undefined
      ? answer(404, { message: `pods "${name}" not found` })
      : answer(200, lastLines(log, Number(searchParams.get('tailLines'))));
  }
}

/** As the API server has it: 0 lines, when it is not said how many, are all. */
function lastLines(log: string, count: number): string {
  return count > 0
    ? (log.match(/[^\n]*\n|[^\n]+$/g) ?? []).slice(-count).join('')
    : log;
}

function answer(status: number, body: string | object): Response {
  return {
    ok: status < 400,
    status,
    json: async () => body,
    text: async () => (typeof body === 'string' ? body : JSON.stringify(body)),
  } as Response;
}
