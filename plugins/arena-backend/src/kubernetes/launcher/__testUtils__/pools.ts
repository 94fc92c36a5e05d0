import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';
import { KubernetesClusterConfig } from '../../../config/KubernetesClusterConfig';
import {
  toWorkerJob,
  toWorkerPod,
  WorkerJobObject,
  WorkerPodObject,
} from '../WorkerObjects';

export const NOW = new Date('2026-11-26T12:00:00Z');

export function createSpec(
  overrides: Partial<WorkerPoolSpec> = {},
): WorkerPoolSpec {
  return {
    runId: 'uid-1-1',
    cluster: 'prod',
    namespace: 'team',
    jobName: 'nightly',
    jobUid: 'uid-1',
    replicas: 3,
    finalizing: false,
    measuresTime: false,
    token: async () => 'the-token',
    backendUrl: 'https://portal.example.com/api/arena/worker/v1',
    credentials: {},
    outputCredentials: {},
    verbose: false,
    labels: { 'backstage.io/kubernetes-id': 'nightly' },
    annotations: {},
    ...overrides,
  };
}

export function createConfig(
  overrides: Partial<KubernetesClusterConfig['worker']> = {},
): KubernetesClusterConfig['worker'] {
  return {
    image: 'registry.example.com/arena-worker:1.2.3',
    imagePullSecrets: [],
    backendUrl: 'https://portal.example.com/api/arena/worker/v1',
    resources: {
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { memory: '1Gi' },
    },
    nodeSelector: {},
    tolerations: [],
    podOverrides: [],
    ...overrides,
  };
}

const metadata = (name: string) => ({
  name,
  namespace: 'team',
  uid: `uid-of-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-11-26T11:59:30Z',
});

export function createJob(
  overrides: { spec?: object; status?: object } = {},
): WorkerJobObject {
  return toWorkerJob({
    metadata: metadata('nightly-worker'),
    spec: { parallelism: 1, ...overrides.spec },
    status: overrides.status,
  });
}

export function createPod(
  overrides: {
    name?: string;
    metadata?: object;
    nodeName?: string;
    status?: object;
    state?: object;
  } = {},
): WorkerPodObject {
  const { name = 'nightly-worker-abcde', state, status } = overrides;
  return toWorkerPod({
    metadata: { ...metadata(name), ...overrides.metadata },
    spec: { nodeName: overrides.nodeName ?? 'node-1' },
    status: {
      phase: 'Running',
      ...(state && { containerStatuses: [{ name: 'worker', state }] }),
      ...status,
    },
  });
}
