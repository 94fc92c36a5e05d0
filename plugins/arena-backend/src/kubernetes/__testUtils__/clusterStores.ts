import { mockLogger } from '../../__testUtils__/mockLogger';
import { ConfigReader } from '@backstage/config';
import { KubeConfig } from '@kubernetes/client-node';
import { systemClock } from '../../time/Clock';
import { createKubeConfig } from '../client/createKubeConfig';
import {
  createKubernetesStore,
  KubernetesStore,
  KubernetesStoreOptions,
} from '../store/createKubernetesStore';

export function kubeConfigOf(path: string): KubeConfig {
  return createKubeConfig(
    { type: 'kubeconfig', path },
    { rootConfig: new ConfigReader({}) },
  );
}

/** Starts stores on clusters, and stops them after the test file. */
export class ClusterStores {
  readonly #started: KubernetesStore[] = [];

  constructor() {
    afterAll(() => Promise.all(this.#started.map(store => store.stop())));
  }

  /** A store that knows everything there is. */
  async start(
    kubeconfig: string,
    options: Partial<KubernetesStoreOptions> = {},
  ): Promise<KubernetesStore> {
    const store = createKubernetesStore({
      kubeConfig: kubeConfigOf(kubeconfig),
      cluster: 'test',
      clock: systemClock,
      logger: mockLogger(),
      ...options,
    });
    this.#started.push(store);
    store.start();
    await store.resources.list('ArenaJob');
    return store;
  }
}
