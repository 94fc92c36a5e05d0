import { mockLogger } from '../../../__testUtils__/mockLogger';
import { useCluster } from '@backstage-arena/arena-devcluster';
import { ARENA_API_VERSION } from '@backstage-arena/plugin-arena-common';
import {
  WorkerPoolSpec,
  WorkerPoolStatus,
} from '@backstage-arena/plugin-arena-node';
import { KubeConfig } from '@kubernetes/client-node';
import {
  KubernetesClusterConfig,
  POD_OVERRIDE_FIELDS,
} from '../../../config/KubernetesClusterConfig';
import { systemClock } from '../../../time/Clock';
import { KubernetesLauncher } from '../KubernetesLauncher';
import * as pools from './pools';

/** Of a namespace in which pods must keep to the strictest rules. */
export const RESTRICTED = {
  'pod-security.kubernetes.io/enforce': 'restricted',
};

/** Nobody is there: workers ask again and again until they are told to go. */
const NOBODY = 'http://198.18.255.1:1/worker/v1';

/** A pool of so many workers that all run. */
export const running = (number: number) => (status: WorkerPoolStatus) =>
  status.active === number &&
  status.workers.filter(({ state }) => state === 'running').length === number;

/** Launchers on the real cluster, with real workers that have nobody to talk to. To be called outside of tests. */
export function useLaunchers() {
  const testCluster = useCluster();
  const { kubeconfig, images, apply, get } = testCluster;
  const launchers: KubernetesLauncher[] = [];
  let count = 0;

  afterAll(async () => {
    await Promise.all(launchers.map(launcher => launcher.shutdown()));
  });

  function createLauncher(
    worker: Partial<KubernetesClusterConfig['worker']> = {},
  ): KubernetesLauncher {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(kubeconfig);
    const launcher = new KubernetesLauncher({
      kubeConfig,
      logger: mockLogger(),
      clock: systemClock,
      cluster: {
        worker: pools.createConfig({
          image: images.worker,
          imagePullPolicy: 'IfNotPresent',
          podOverrides: POD_OVERRIDE_FIELDS,
          ...worker,
        }),
      },
    });
    launchers.push(launcher);
    return launcher;
  }

  /** A pool of an ArenaJob that is there: what belongs to no object is removed by the cluster. */
  async function createSpec(
    namespace: string,
    overrides: Partial<WorkerPoolSpec> = {},
  ): Promise<WorkerPoolSpec> {
    count += 1;
    const name = `job-${count}`;
    await apply({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: { name, namespace },
      spec: { sourceRef: { name: 'source' }, type: 'evaluation' },
    });
    const { metadata } = await get<{ metadata: { uid: string } }>(
      'arenajob',
      name,
      '-n',
      namespace,
    );
    return pools.createSpec({
      runId: `${metadata.uid}-1`,
      namespace,
      jobName: name,
      jobUid: metadata.uid,
      replicas: 1,
      token: async () => 'token-of-the-run',
      backendUrl: NOBODY,
      ...overrides,
    });
  }

  /** Asks as the reconciler does, until the pool is as it should be. */
  async function until(
    launcher: KubernetesLauncher,
    spec: WorkerPoolSpec,
    condition: (status: WorkerPoolStatus) => boolean,
    ms = 60_000,
  ): Promise<WorkerPoolStatus> {
    const end = Date.now() + ms;
    for (;;) {
      const status = await launcher.ensure(spec);
      if (condition(status)) return status;
      if (Date.now() > end) {
        throw new Error(`Waited in vain: ${JSON.stringify(status)}`);
      }
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }

  return { ...testCluster, createLauncher, createSpec, until };
}
