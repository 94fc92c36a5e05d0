import { LoggerService } from '@backstage/backend-plugin-api';
import { ArenaJobSpec, ObjectKey } from '@backstage-arena/plugin-arena-common';
import {
  WorkerLauncher,
  WorkerPoolKey,
  WorkerPoolSpec,
  WorkerPoolStatus,
  WorkerTrouble,
} from '@backstage-arena/plugin-arena-node';
import { KubeConfig } from '@kubernetes/client-node';
import { KubernetesClusterConfig } from '../../config/KubernetesClusterConfig';
import { Clock } from '../../time/Clock';
import { InformerState } from '../client/InformerState';
import { KubeClient } from '../client/KubeClient';
import { diagnose, Diagnosis } from './diagnose';
import { poolStatus } from './poolStatus';
import { ownedBy } from './ownership';
import { isBeingCreated, isLost, isRunning, isTerminal } from './podState';
import { refusePodOverrides } from './podOverrides';
import { RunSecrets } from './RunSecrets';
import { EventSubject, WarningEvents } from './WarningEvents';
import { finalizeJob, workerJob } from './workerJob';
import { isRetired, WorkerJobs } from './WorkerJobs';
import { workerJobName, WorkerRole } from './workerNames';
import { isFinished, WorkerJobObject, WorkerPodObject } from './WorkerObjects';
import { WorkerCache } from './WorkerCache';

/** Options of a {@link KubernetesLauncher}. */
export interface KubernetesLauncherOptions {
  kubeConfig: KubeConfig;
  cluster: Pick<KubernetesClusterConfig, 'namespaces' | 'worker'>;
  clock: Clock;
  logger: LoggerService;
  /** How long pods may be kept from starting by what does not pass by itself, before the run is given up. Default 10 min. */
  patienceMs?: number;
}

/** A pod may take so long to come, or to start on its node, before it is asked why. */
const UNEXPLAINED_MS = 2_000;

interface DrivenRun {
  spec: WorkerPoolSpec;
  problem?: Diagnosis;
}

/**
 * Runs workers as pods: one Job for the items of a run, and one for its reports. Kubernetes schedules and restarts the pods; here it is only
 * said how many there should be, and found out why there are not.
 */
export class KubernetesLauncher implements WorkerLauncher {
  readonly id = 'kubernetes';
  private readonly options: Required<KubernetesLauncherOptions>;
  private readonly cache: WorkerCache;
  private readonly jobs: WorkerJobs;
  private readonly secrets: RunSecrets;
  private readonly warnings: WarningEvents;
  private readonly driven = new Map<string, DrivenRun>();
  /** What keeps the pods of a run from working, and since when. */
  private readonly stuck = new Map<string, { reason: string; since: number }>();
  /** When pods of a run's Job were first missed, or seen waiting on their node. */
  private readonly missed = new Map<string, { uid: string; since: number }>();

  constructor(options: KubernetesLauncherOptions) {
    this.options = { patienceMs: 600_000, ...options };
    const { kubeConfig, cluster, logger, clock } = options;
    const client = KubeClient.for(kubeConfig);
    const { namespaces } = cluster;
    this.cache = new WorkerCache({ kubeConfig, namespaces, logger });
    this.jobs = new WorkerJobs(client, this.cache, () => clock.now());
    this.secrets = new RunSecrets(client, cluster.worker.caData);
    this.warnings = new WarningEvents(client);
  }

  /** Told of each change of the Jobs and pods of an ArenaJob, so that it can be looked at at once. */
  onChange(listener: (arenaJob: ObjectKey) => void): () => void {
    return this.cache.onChange(listener);
  }

  refuses(workers: ArenaJobSpec['workers']): WorkerTrouble | undefined {
    const { podOverrides } = this.options.cluster.worker;
    return refusePodOverrides(workers?.podOverrides, podOverrides);
  }

  /** Begins to follow the cluster, so that it is known before the first run whether that is possible. */
  start(): void {
    this.cache.start();
  }

  /** Whether what is told of workers can be relied on. */
  get state(): InformerState {
    return this.cache.state;
  }

  async ensure(spec: WorkerPoolSpec): Promise<WorkerPoolStatus> {
    await this.cache.ready(spec.namespace);
    const run: DrivenRun = this.driven.get(spec.runId) ?? { spec };
    run.spec = spec;
    this.driven.set(spec.runId, run);
    run.problem = await this.bringAbout(spec);
    return this.status(spec);
  }

  async status(pool: WorkerPoolKey): Promise<WorkerPoolStatus> {
    const { runId } = pool;
    await this.cache.ready(pool.namespace);
    const newest = this.jobOf(pool);
    // What became of a Job of the past says nothing of a run that goes on.
    const isPast = newest && isFinished(newest) && isRetired(newest);
    const job = isPast ? undefined : newest;
    const pods = job ? this.cache.podsOf(job) : [];
    const diagnosis =
      this.driven.get(runId)?.problem ??
      (job && (await this.examine(pool, job, pods)));
    // Pods that miss the run's own Secret get it again.
    const secret = workerJobName(pool, 'work');
    if (diagnosis?.message.includes(`secret "${secret}" not found`)) {
      this.secrets.forget(runId);
    }
    if (!diagnosis) this.stuck.delete(runId);
    const now = this.options.clock.now();
    return {
      ...poolStatus(job, pods, now),
      trouble: diagnosis && {
        reason: diagnosis.reason,
        message: diagnosis.message,
        fatal: this.isFatal(runId, diagnosis, pods),
      },
    };
  }

  async stop(pool: WorkerPoolKey): Promise<void> {
    await this.cache.ready(pool.namespace);
    for (const job of this.allJobsOf(pool)) await this.jobs.stop(job);
    await this.secrets.delete(pool);
    // Last, so that who asks again after a failure finds all of it.
    this.forget(pool.runId);
  }

  /** Without starting anything: pods that run have what they were given, others no longer get it. */
  async withdraw(spec: WorkerPoolSpec): Promise<void> {
    await this.secrets.withdraw(spec);
  }

  async release(runId: string): Promise<void> {
    this.forget(runId);
    this.secrets.forget(runId);
  }

  async shutdown(): Promise<void> {
    await this.cache.stop();
  }

  private async bringAbout(
    spec: WorkerPoolSpec,
  ): Promise<Diagnosis | undefined> {
    const { worker } = this.options.cluster;
    // Before the Job, whose pods could not start without it.
    const owner = await this.secrets.ensure(spec);
    if (owner) {
      return {
        reason: 'WorkerSecretNameTaken',
        message: `The Secret ${workerJobName(
          spec,
          'work',
        )} belongs to ${owner}; the workers start when it is gone`,
        severity: 'passing',
      };
    }
    if (spec.finalizing) {
      return this.jobs.ensure(spec, finalizeJob(spec, worker));
    }
    const manifest = workerJob(
      { ...spec, replicas: spec.replicas + this.countLost(spec) },
      worker,
    );
    return this.jobs.ensure(spec, manifest);
  }

  private forget(runId: string): void {
    this.driven.delete(runId);
    this.stuck.delete(runId);
    this.missed.delete(runId);
  }

  /** Pods that nobody ends keep their places: others get places beside them. Their leases run out. */
  private countLost(spec: WorkerPoolSpec): number {
    const job = this.cache.jobs.get(
      spec.namespace,
      workerJobName(spec, 'work'),
    );
    if (!job || spec.replicas === 0) return 0;
    const now = this.options.clock.now();
    return this.cache.podsOf(job).filter(pod => isLost(pod, now)).length;
  }

  /** The Job that the run lives by now: the one that writes the reports as soon as that is what is left to do. */
  private jobOf(pool: WorkerPoolKey): WorkerJobObject | undefined {
    const driven = this.driven.get(pool.runId)?.spec;
    if (driven) {
      return this.findJob(pool, driven.finalizing ? 'finalize' : 'work');
    }
    return this.findJob(pool, 'finalize') ?? this.findJob(pool, 'work');
  }

  private allJobsOf(pool: WorkerPoolKey): WorkerJobObject[] {
    return (['work', 'finalize'] as const).flatMap(
      role => this.findJob(pool, role) ?? [],
    );
  }

  private findJob(
    pool: WorkerPoolKey,
    role: WorkerRole,
  ): WorkerJobObject | undefined {
    const name = workerJobName(pool, role);
    const job = this.cache.jobs.get(pool.namespace, name);
    return job && ownedBy(job.metadata, pool).ours ? job : undefined;
  }

  private async examine(
    pool: WorkerPoolKey,
    job: WorkerJobObject,
    pods: readonly WorkerPodObject[],
  ): Promise<Diagnosis | undefined> {
    const now = this.options.clock.now();
    const subject = this.subjectToAsk(pool.runId, job, pods);
    const told =
      subject &&
      (await this.warnings.newest(subject.of, subject.since).catch(error => {
        this.options.logger.warn(
          `The events of worker Job ${job.metadata.name} could not be read: ${error}`,
          // The logger names the cluster.
          { runId: pool.runId, job: `${pool.namespace}/${pool.jobName}` },
        );
        return undefined;
      }));
    return diagnose({ job, pods, told, now });
  }

  /** Who can say why a pod is missing or does not start, once that has lasted for a while. */
  private subjectToAsk(
    runId: string,
    job: WorkerJobObject,
    pods: readonly WorkerPodObject[],
  ): { of: EventSubject; since: Date } | undefined {
    const { uid, namespace } = job.metadata;
    const alive = pods.filter(pod => !isTerminal(pod));
    const waiting = alive.find(isBeingCreated);
    const isMissing =
      !isFinished(job) &&
      !job.spec.suspend &&
      !job.status?.succeeded &&
      alive.length < (job.spec.parallelism ?? 1);
    if (!isMissing && !waiting) {
      this.missed.delete(runId);
      return undefined;
    }
    const now = performance.now();
    const known = this.missed.get(runId);
    const since = known?.uid === uid ? known.since : now;
    this.missed.set(runId, { uid, since });
    if (now - since < UNEXPLAINED_MS) return undefined;
    if (waiting) {
      const { metadata } = waiting;
      return {
        of: { namespace, uid: metadata.uid },
        since: new Date(metadata.creationTimestamp),
      };
    }
    const newest = Math.max(
      ...[job, ...pods].map(({ metadata }) =>
        Date.parse(metadata.creationTimestamp),
      ),
    );
    return { of: { namespace, uid }, since: new Date(newest) };
  }

  /** Counted from when it was seen first: a pod may have waited for a node for long before it met this. */
  private isFatal(
    runId: string,
    { severity, reason }: Diagnosis,
    pods: readonly WorkerPodObject[],
  ): boolean {
    if (severity === 'over') return true;
    const known = this.stuck.get(runId);
    if (severity !== 'stuck') {
      this.stuck.delete(runId);
      return false;
    }
    const now = this.options.clock.now().getTime();
    if (known?.reason !== reason) {
      this.stuck.set(runId, { reason, since: now });
      return false;
    }
    return now - known.since > this.options.patienceMs && !pods.some(isRunning);
  }
}
