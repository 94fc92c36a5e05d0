import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';
import { KubeClient } from '../client/KubeClient';
import {
  codeOf,
  isAlreadyExists,
  isConflict,
  isNamespaceTerminating,
  isNotFound,
  statusOf,
} from '../client/kubeErrors';
import { Diagnosis } from './diagnose';
import { JobManifest } from './manifests';
import { ownedBy } from './ownership';
import { isFinished, toWorkerJob, WorkerJobObject } from './WorkerObjects';
import { WorkerCache } from './WorkerCache';

/** A Job that ended with success while its run is open is replaced after this time; until then the run may just not have been looked at. */
const REPLACE_AFTER_MS = 5_000;

/** The logs of workers can be read for so long after their run. */
const KEEP_LOGS_SECONDS = 3_600;
/** Workers see that their run is over within seconds; who does not is ended. */
const STOP_SECONDS = 60;

/** Brings Jobs to their wanted state. A Job that is as it should be costs no request. */
export class WorkerJobs {
  constructor(
    private readonly client: Pick<KubeClient, 'request'>,
    private readonly cache: WorkerCache,
    private readonly now: () => Date,
  ) {}

  /** Returns what is in the way, if something is. */
  async ensure(
    spec: WorkerPoolSpec,
    manifest: JobManifest,
  ): Promise<Diagnosis | undefined> {
    const { namespace, name } = manifest.metadata;
    const existing = this.cache.jobs.get(namespace, name);
    if (!existing) return this.create(spec, manifest);
    const { ours, owner } = ownedBy(existing.metadata, spec);
    if (!ours) return taken(existing, owner);
    if (existing.metadata.deletionTimestamp) return undefined;
    if (isFinished(existing)) {
      // Its run was over, and goes on: the reports are to be written once more.
      if (!isRetired(existing)) return this.replaceSucceeded(existing);
      await this.remove(existing);
      return undefined;
    }
    if (!manifest.spec.suspend) await this.scale(existing, manifest);
    return undefined;
  }

  /** Lets workers that are about to see the end of their run do so, and ends the others. */
  async stop(job: WorkerJobObject): Promise<void> {
    const { metadata, status } = job;
    if (metadata.deletionTimestamp) return;
    const hasRun = this.cache
      .podsOf(job)
      .some(pod => pod.status?.phase !== 'Pending');
    if (!hasRun && !isFinished(job)) {
      await this.remove(job);
      return;
    }
    if (isRetired(job)) return;
    const startedAt = Date.parse(
      status?.startTime ?? metadata.creationTimestamp,
    );
    const age = Math.ceil((this.now().getTime() - startedAt) / 1_000);
    await this.patch(job, {
      ttlSecondsAfterFinished: KEEP_LOGS_SECONDS,
      ...(isFinished(job)
        ? undefined
        : { activeDeadlineSeconds: Math.max(1, age + STOP_SECONDS) }),
    });
  }

  private async create(
    spec: WorkerPoolSpec,
    manifest: JobManifest,
  ): Promise<Diagnosis | undefined> {
    const { namespace, name } = manifest.metadata;
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    try {
      const { body } = await this.client.request({
        method: 'POST',
        path,
        body: manifest,
      });
      this.cache.jobs.note(toWorkerJob(body));
      return undefined;
    } catch (error) {
      if (!isAlreadyExists(error)) return refusal(error);
    }
    // The cache does not know it yet, or somebody else's Job has no label of ours and never comes into it.
    try {
      const { body } = await this.client.request({ path: `${path}/${name}` });
      const existing = toWorkerJob(body);
      const { ours, owner } = ownedBy(existing.metadata, spec);
      if (!ours) return taken(existing, owner);
      this.cache.jobs.note(existing);
    } catch (error) {
      // Gone again: it is created the next time.
      if (!isNotFound(error)) throw error;
    }
    return undefined;
  }

  private async replaceSucceeded(
    job: WorkerJobObject,
  ): Promise<Diagnosis | undefined> {
    const complete = job.status?.conditions?.find(
      ({ type, status }) => type === 'Complete' && status === 'True',
    );
    if (!complete) return undefined;
    const age =
      this.now().getTime() - Date.parse(complete.lastTransitionTime ?? '');
    if (age > REPLACE_AFTER_MS) await this.remove(job);
    return undefined;
  }

  private async scale(
    job: WorkerJobObject,
    { spec: { parallelism } }: JobManifest,
  ): Promise<void> {
    if (job.spec.parallelism !== parallelism) {
      await this.patch(job, { parallelism });
    }
  }

  private async patch(
    job: WorkerJobObject,
    spec: Record<string, number>,
  ): Promise<void> {
    const { uid } = job.metadata;
    try {
      const { body } = await this.client.request({
        method: 'PATCH',
        path: pathOf(job),
        contentType: 'application/merge-patch+json',
        // With the UID it fails for another Job that has the name by now.
        body: { metadata: { uid }, spec },
      });
      this.cache.jobs.note(toWorkerJob(body));
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  private async remove(job: WorkerJobObject): Promise<void> {
    const { uid } = job.metadata;
    try {
      await this.client.request({
        method: 'DELETE',
        path: pathOf(job),
        body: { propagationPolicy: 'Background', preconditions: { uid } },
      });
      this.cache.jobs.noteDeleted(job);
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }
}

/** True for the Job of a run that was over: it is only kept for its logs. */
export function isRetired({ spec }: WorkerJobObject): boolean {
  return spec.ttlSecondsAfterFinished !== undefined;
}

function pathOf({ metadata: { namespace, name } }: WorkerJobObject): string {
  return `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`;
}

function taken(
  { metadata: { name, deletionTimestamp } }: WorkerJobObject,
  owner: string,
): Diagnosis {
  return {
    reason: 'WorkerJobNameTaken',
    message: `The Job ${name} belongs to ${owner}; the workers start when it is gone${
      deletionTimestamp ? ', which it is about to be' : ''
    }`,
    severity: 'passing',
  };
}

/** What the API server has against a Job. Rethrows what is no refusal. */
function refusal(error: unknown): Diagnosis {
  const code = codeOf(error);
  const message = `The worker Job is refused: ${
    statusOf(error)?.message ?? String(error)
  }`;
  if (code === 422 || code === 400) {
    return { reason: 'WorkerJobInvalid', message, severity: 'over' };
  }
  if (isNamespaceTerminating(error)) {
    return { reason: 'NamespaceTerminating', message, severity: 'passing' };
  }
  if (code === 403 || code === 404) {
    const isQuota = /exceeded quota/.test(message);
    return {
      reason: isQuota ? 'QuotaExceeded' : 'WorkerJobForbidden',
      message,
      severity: isQuota ? 'passing' : 'stuck',
    };
  }
  throw error;
}
