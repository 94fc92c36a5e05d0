import { LoggerService } from '@backstage/backend-plugin-api';
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
import {
  labelValue,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  RUN_LABEL,
} from './workerNames';

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
  private readonly jobsOfRun = new KeyIndex();
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
    this.jobs.onEvent(({ type, object }) => {
      this.jobsOfRun.update(type, object.metadata.labels?.[RUN_LABEL], object);
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
   * Resolves once everything was listed that may be read, or once a namespace was; begins to watch when first asked.
   *
   * @throws NotAllowedError when that may not be read
   */
  async ready(namespace?: string): Promise<void> {
    this.start();
    const signal = AbortSignal.timeout(SYNC_TIMEOUT_MS);
    await Promise.all([
      this.jobs.synced(signal, namespace),
      this.pods.synced(signal, namespace),
    ]);
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

  jobsOf(runId: string): WorkerJobObject[] {
    return this.jobsOfRun.find(labelValue(runId), (namespace, name) =>
      this.jobs.get(namespace, name),
    );
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
