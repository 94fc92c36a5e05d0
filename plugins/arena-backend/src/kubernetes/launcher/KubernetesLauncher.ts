import { LoggerService } from '@backstage/backend-plugin-api';
import { ArenaJobSpec, ObjectKey } from '@backstage-arena/plugin-arena-common';
import {
  WorkerLauncher,
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
import { WorkerJobs } from './WorkerJobs';
import { workerJobName } from './workerNames';
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

const COMPONENT = 'app.kubernetes.io/component';

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
  /** When pods of a Job were first missed, or seen waiting on their node. */
  private readonly missedSince = new Map<string, number>();

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
    return this.status(spec.runId);
  }

  async status(runId: string): Promise<WorkerPoolStatus> {
    await this.cache.ready(this.driven.get(runId)?.spec.namespace);
    const job = this.jobOf(runId);
    const pods = job ? this.cache.podsOf(job) : [];
    const diagnosis =
      this.driven.get(runId)?.problem ??
      (job && (await this.examine(job, pods)));
    // Pods that miss the run's own Secret get it again.
    const secret = secretNear(job ? [job] : [])?.name;
    if (secret && diagnosis?.message.includes(`secret "${secret}" not found`)) {
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

  async stop(runId: string): Promise<void> {
    const spec = this.driven.get(runId)?.spec;
    await this.cache.ready(spec?.namespace);
    const jobs = this.allJobsOf(runId);
    for (const job of jobs) await this.jobs.stop(job);
    await this.secrets.delete(runId, spec ? secretOf(spec) : secretNear(jobs));
    // Last, so that who asks again after a failure finds all of it.
    this.forget(jobs);
    this.driven.delete(runId);
    this.stuck.delete(runId);
  }

  /** Without starting anything: pods that run have what they were given, others no longer get it. */
  async withdraw(runId: string): Promise<void> {
    const spec = this.driven.get(runId)?.spec;
    if (spec) await this.secrets.ensure(spec);
  }

  async release(runId: string): Promise<void> {
    this.forget(this.allJobsOf(runId));
    this.driven.delete(runId);
    this.stuck.delete(runId);
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

  private forget(jobs: readonly WorkerJobObject[]): void {
    jobs.forEach(({ metadata }) => this.missedSince.delete(metadata.uid));
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
  private jobOf(runId: string): WorkerJobObject | undefined {
    const spec = this.driven.get(runId)?.spec;
    const jobs = this.allJobsOf(runId);
    const named = (name: string) =>
      jobs.find(({ metadata }) => metadata.name === name);
    if (spec) {
      return named(workerJobName(spec, spec.finalizing ? 'finalize' : 'work'));
    }
    return (
      jobs.find(
        ({ metadata }) => metadata.labels?.[COMPONENT] === 'finalize',
      ) ?? jobs[0]
    );
  }

  private allJobsOf(runId: string): WorkerJobObject[] {
    const jobs = new Map(
      this.cache.jobsOf(runId).map(job => [job.metadata.uid, job]),
    );
    const spec = this.driven.get(runId)?.spec;
    if (spec) {
      // What was created just now is not told by a watch yet.
      for (const role of ['work', 'finalize'] as const) {
        const name = workerJobName(spec, role);
        const job = this.cache.jobs.get(spec.namespace, name);
        if (job && ownedBy(job.metadata, spec).ours) {
          jobs.set(job.metadata.uid, job);
        }
      }
    }
    return [...jobs.values()];
  }

  private async examine(
    job: WorkerJobObject,
    pods: readonly WorkerPodObject[],
  ): Promise<Diagnosis | undefined> {
    const now = this.options.clock.now();
    const subject = this.subjectToAsk(job, pods);
    const told =
      subject &&
      (await this.warnings.newest(subject.of, subject.since).catch(error => {
        this.options.logger.warn(
          `The events of worker Job ${job.metadata.name} could not be read: ${error}`,
        );
        return undefined;
      }));
    return diagnose({ job, pods, told, now });
  }

  /** Who can say why a pod is missing or does not start, once that has lasted for a while. */
  private subjectToAsk(
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
      this.missedSince.delete(uid);
      return undefined;
    }
    const now = performance.now();
    const since = this.missedSince.get(uid) ?? now;
    this.missedSince.set(uid, since);
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

type Address = { namespace: string; name: string };

function secretOf(
  spec: Pick<WorkerPoolSpec, 'namespace' | 'jobName' | 'jobUid'>,
): Address {
  return { namespace: spec.namespace, name: workerJobName(spec, 'work') };
}

/** The address of a run's Secret, of which only Jobs are known. */
function secretNear([job]: readonly WorkerJobObject[]): Address | undefined {
  const owner = job?.metadata.ownerReferences?.[0];
  return (
    owner &&
    secretOf({
      namespace: job.metadata.namespace,
      jobName: owner.name,
      jobUid: owner.uid,
    })
  );
}
