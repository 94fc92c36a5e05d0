import { RunWorker } from '@backstage-arena/plugin-arena-common';
import { WorkerPoolStatus } from '@backstage-arena/plugin-arena-node';
import { describePodFailure, podFailure } from './podFailure';
import {
  isLost,
  isRunning,
  isTerminal,
  startProblem,
  workerState,
} from './podState';
import { isFinished, WorkerJobObject, WorkerPodObject } from './WorkerObjects';

/** Failed pods that are shown. */
const MAX_GONE = 20;

/** What there is of a Job's workers. */
export function poolStatus(
  job: WorkerJobObject | undefined,
  pods: readonly WorkerPodObject[],
  now: Date,
): WorkerPoolStatus {
  if (!job) return { workers: [], active: 0 };
  const alive = pods.filter(pod => !isTerminal(pod));
  const gone = pods
    .filter(pod => podFailure(pod))
    .sort((a, b) => (createdAt(a) < createdAt(b) ? 1 : -1))
    .slice(0, MAX_GONE);
  const lost = alive.filter(pod => isLost(pod, now)).length;
  const starts = alive
    .filter(isRunning)
    .flatMap(pod => workerState(pod)?.running?.startedAt ?? []);
  return {
    workers: [...alive, ...gone].map(toWorker),
    active: alive.filter(pod => !pod.metadata.deletionTimestamp).length,
    replicas: isFinished(job)
      ? 0
      : Math.max(0, (job.spec.parallelism ?? 1) - lost),
    runningSince:
      starts.length > 0
        ? new Date(Math.min(...starts.map(time => Date.parse(time))))
        : undefined,
  };
}

function toWorker(pod: WorkerPodObject): RunWorker {
  return {
    id: pod.metadata.name,
    state: stateOf(pod),
    host: pod.spec.nodeName,
    restarts: 0,
    lastReason: podFailure(pod)
      ? describePodFailure(pod).message
      : startProblem(pod)?.message,
  };
}

function stateOf(pod: WorkerPodObject): RunWorker['state'] {
  if (isTerminal(pod)) return 'gone';
  return workerState(pod)?.running ? 'running' : 'starting';
}

function createdAt(pod: WorkerPodObject): string {
  return pod.metadata.creationTimestamp;
}
