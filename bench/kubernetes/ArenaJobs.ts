import { CustomObjectsApi, KubeConfig, Watch } from '@kubernetes/client-node';

const GROUP = 'omnia.altairalabs.ai';
const VERSION = 'v1alpha1';
const PLURAL = 'arenajobs';
const NAMESPACE = 'default';
const AT_A_TIME = 32;
const PAGE = 500;
const LIMIT_MS = 60_000;

interface Seen {
  metadata: { name: string };
  status?: { phase?: string };
}

/** ArenaJobs in a cluster, written and read without the portal. */
export class ArenaJobs {
  readonly #kubeConfig = new KubeConfig();
  readonly #api: CustomObjectsApi;
  #extra = 0;

  constructor(kubeconfig: string) {
    this.#kubeConfig.loadFromFile(kubeconfig);
    this.#api = this.#kubeConfig.makeApiClient(CustomObjectsApi);
  }

  /** Creates jobs; all but one in a hundred have succeeded. */
  async create(count: number): Promise<void> {
    let next = 0;
    const work = async () => {
      while (next < count) {
        const index = next;
        next += 1;
        const name = `job-${String(index).padStart(5, '0')}`;
        await this.#post(name);
        if (index % 100 !== 0) await this.#finish(name);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  }

  /** Milliseconds of a list of all jobs in pages, by a client that does nothing else. */
  async bareList(): Promise<number> {
    const begin = performance.now();
    let token: string | undefined;
    do {
      const page = await this.#api.listClusterCustomObject({
        group: GROUP,
        version: VERSION,
        plural: PLURAL,
        limit: PAGE,
        _continue: token,
      });
      token = page.metadata._continue ?? page.metadata.continue;
    } while (token);
    return performance.now() - begin;
  }

  /** Milliseconds from the request to create a job until a watch tells of it. */
  untilSeen(): Promise<number> {
    return this.#until(() => true);
  }

  /** Milliseconds from the request to create a job until something is said of it. */
  untilSaid(): Promise<number> {
    return this.#until(({ status }) => status?.phase !== undefined);
  }

  /** Deletes the jobs that were created to be timed. */
  async deleteExtra(): Promise<void> {
    for (; this.#extra > 0; this.#extra -= 1) {
      await this.#api.deleteNamespacedCustomObject({
        ...this.#address(),
        name: `extra-${this.#extra}`,
      });
    }
  }

  async #until(condition: (job: Seen) => boolean): Promise<number> {
    this.#extra += 1;
    const name = `extra-${this.#extra}`;
    const watch = new Watch(this.#kubeConfig);
    let seen = () => {};
    const done = new Promise<void>((resolve, reject) => {
      seen = resolve;
      setTimeout(
        () => reject(new Error(`Nothing was seen of ${name}`)),
        LIMIT_MS,
      ).unref();
    });
    const controller = await watch.watch(
      `/apis/${GROUP}/${VERSION}/namespaces/${NAMESPACE}/${PLURAL}`,
      { fieldSelector: `metadata.name=${name}` },
      (_, job: Seen) => {
        if (job.metadata.name === name && condition(job)) seen();
      },
      () => {},
    );
    const begin = performance.now();
    await this.#post(name);
    await done;
    const ms = performance.now() - begin;
    controller.abort();
    return ms;
  }

  async #post(name: string): Promise<void> {
    await this.#api.createNamespacedCustomObject({
      ...this.#address(),
      body: {
        apiVersion: `${GROUP}/${VERSION}`,
        kind: 'ArenaJob',
        metadata: { name, namespace: NAMESPACE, labels: { team: 'bench' } },
        // Waits for a source that never comes: what is measured is not planning.
        spec: { sourceRef: { name: 'none' }, workers: { replicas: 2 } },
      },
    });
  }

  async #finish(name: string): Promise<void> {
    const time = new Date().toISOString();
    await this.#api.patchNamespacedCustomObjectStatus({
      ...this.#address(),
      name,
      body: [
        {
          op: 'add',
          path: '/status',
          value: {
            phase: 'Succeeded',
            observedGeneration: 1,
            startTime: time,
            completionTime: time,
            progress: { total: 100, completed: 100, failed: 0, pending: 0 },
            conditions: ['ConfigValid', 'JobCreated', 'Ready'].map(type => ({
              type,
              status: 'True',
              reason: 'Succeeded',
              message: 'All 100 items passed',
              lastTransitionTime: time,
              observedGeneration: 1,
            })),
          },
        },
      ],
    });
  }

  #address() {
    return {
      group: GROUP,
      version: VERSION,
      plural: PLURAL,
      namespace: NAMESPACE,
    };
  }
}
