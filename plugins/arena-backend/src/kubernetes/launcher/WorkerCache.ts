import { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import { ObjectKey } from '@backstage-arena/plugin-arena-common';
import { KubeConfig } from '@kubernetes/client-node';
import { Informer } from '../client/Informer';
import { combineStates, InformerState } from '../client/InformerState';
import { KeyIndex } from './KeyIndex';
import {
  toWorkerJob,
  toWorkerPod,
  WorkerJobObject,
  WorkerPodObject,
} from './WorkerObjects';
import { MANAGED_BY, MANAGED_BY_LABEL } from './workerNames';

/** Options of a {@link WorkerCache}. */
export interface WorkerCacheOptions {
  kubeConfig: KubeConfig;
  namespaces?: readonly string[];
  logger: LoggerService;
}

const SYNC_TIMEOUT_MS = 15_000;

/** Jobs and pods of workers, as watches tell them: looking at a run costs no request. */
export class WorkerCache {
  readonly jobs: Informer<WorkerJobObject>;
  private readonly pods: Informer<WorkerPodObject>;
  private readonly podsOfJob = new KeyIndex();
  private readonly listeners = new Set<(key: ObjectKey) => void>();
  private started = false;

  constructor(options: WorkerCacheOptions) {
    const shared = {
      ...options,
      labelSelector: `${MANAGED_BY_LABEL}=${MANAGED_BY}`,
    };
    this.jobs = new Informer<WorkerJobObject>({
      ...shared,
      path: '/apis/batch/v1/jobs',
      transform: toWorkerJob,
    });
    this.pods = new Informer<WorkerPodObject>({
      ...shared,
      path: '/api/v1/pods',
      transform: toWorkerPod,
    });
    this.jobs.onEvent(({ object }) => {
      const owner = object.metadata.ownerReferences?.find(
        ({ kind }) => kind === 'ArenaJob',
      );
      if (owner) this.tell(object.metadata.namespace, owner.name);
    });
    this.pods.onEvent(({ type, object }) => {
      const owner = object.metadata.ownerReferences?.find(
        ({ kind }) => kind === 'Job',
      );
      this.podsOfJob.update(type, owner?.uid, object);
      const job = owner && this.jobs.get(object.metadata.namespace, owner.name);
      const arenaJob = job?.metadata.ownerReferences?.[0];
      if (arenaJob) this.tell(object.metadata.namespace, arenaJob.name);
    });
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.jobs.start();
    this.pods.start();
  }

  /**
   * Resolves once the namespace was listed; begins to watch when first asked.
   *
   * @throws NotAllowedError when it may not be read; ServiceUnavailableError when it could not be read in time
   */
  async ready(namespace: string): Promise<void> {
    this.start();
    if (this.jobs.isSynced(namespace) && this.pods.isSynced(namespace)) return;
    const signal = AbortSignal.timeout(SYNC_TIMEOUT_MS);
    try {
      await Promise.all([
        this.jobs.synced(signal, namespace),
        this.pods.synced(signal, namespace),
      ]);
    } catch (error) {
      if (error !== signal.reason) throw error;
      const { failing, lastError } = this.state;
      const reason = failing.size ? failing.get(namespace) : lastError;
      throw new ServiceUnavailableError(
        `The workers in namespace '${namespace}' have not been read yet: ${
          reason ?? 'they are being read'
        }`,
        error,
      );
    }
  }

  get state(): InformerState {
    return combineStates([this.jobs.state, this.pods.state]);
  }

  async stop(): Promise<void> {
    if (!this.started) return;
    await Promise.all([this.jobs.stop(), this.pods.stop()]);
  }

  /** What is told of the Jobs and pods of an ArenaJob; the listener must not throw. */
  onChange(listener: (arenaJob: ObjectKey) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  podsOf(job: WorkerJobObject): WorkerPodObject[] {
    return this.podsOfJob.find(job.metadata.uid, (namespace, name) =>
      this.pods.get(namespace, name),
    );
  }

  private tell(namespace: string, name: string): void {
    this.listeners.forEach(listener => listener({ namespace, name }));
  }
}
