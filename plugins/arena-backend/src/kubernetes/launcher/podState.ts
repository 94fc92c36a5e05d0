import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { WorkerPodObject } from './WorkerObjects';
import { WORKER_CONTAINER } from './workerPod';

/** A pod that should be gone for so long is not ended by its node. */
const LOST_MS = 30_000;

type StartProblem = WorkerTrouble & { severity: 'stuck' | 'passing' };

/** State of the container that does the work. */
export function workerState({ status }: WorkerPodObject) {
  return status?.containerStatuses?.find(
    ({ name }) => name === WORKER_CONTAINER,
  )?.state;
}

export function isTerminal({ status }: WorkerPodObject): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** The worker runs, and nobody has asked it to go. */
export function isRunning(pod: WorkerPodObject): boolean {
  return (
    !isTerminal(pod) &&
    !pod.metadata.deletionTimestamp &&
    workerState(pod)?.running !== undefined
  );
}

/** It was to be gone by now: its node does not answer. */
export function isLost(pod: WorkerPodObject, now: Date): boolean {
  const { deletionTimestamp } = pod.metadata;
  return (
    !isTerminal(pod) &&
    deletionTimestamp !== undefined &&
    now.getTime() - Date.parse(deletionTimestamp) > LOST_MS
  );
}

/** It has a node, and waits there for its volumes or its image. */
export function isBeingCreated(pod: WorkerPodObject): boolean {
  const reason = workerState(pod)?.waiting?.reason;
  return (
    !isTerminal(pod) &&
    pod.spec.nodeName !== undefined &&
    (reason === undefined || reason === 'ContainerCreating') &&
    workerState(pod)?.running === undefined
  );
}

/** Why a pod does not start, as it says itself. */
export function startProblem(pod: WorkerPodObject): StartProblem | undefined {
  if (isTerminal(pod) || pod.metadata.deletionTimestamp) return undefined;
  const waiting = workerState(pod)?.waiting;
  const { reason = '', message = '' } = waiting ?? {};
  switch (reason) {
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      // The two alternate; what they are about is one thing.
      return stuck(
        'ImagePullBackOff',
        `The worker image cannot be pulled: ${pullError(message)}`,
      );
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
    case 'ImageInspectError':
    case 'RegistryUnavailable':
      return stuck(reason, `The worker image cannot be used: ${message}`);
    case 'CreateContainerConfigError':
    case 'CreateContainerError':
    case 'RunContainerError':
      return stuck(
        reason,
        `The container of worker pods cannot be created: ${message}`,
      );
    default:
      return schedulingProblem(pod);
  }
}

function schedulingProblem({
  status,
}: WorkerPodObject): StartProblem | undefined {
  const scheduled = status?.conditions?.find(
    ({ type }) => type === 'PodScheduled',
  );
  if (scheduled?.status !== 'False') return undefined;
  if (scheduled.reason === 'SchedulingGated') {
    return {
      reason: 'SchedulingGated',
      message: 'Worker pods wait until a scheduling gate is removed',
      severity: 'passing',
    };
  }
  const message = scheduled.message ?? '';
  if (/persistentvolumeclaim "[^"]*" not found/.test(message)) {
    return stuck('ClaimNotFound', `Worker pods cannot start: ${message}`);
  }
  return {
    reason: scheduled.reason ?? 'Unschedulable',
    message: `No node takes worker pods: ${message}`,
    severity: 'passing',
  };
}

function stuck(reason: string, message: string): StartProblem {
  return { reason, message, severity: 'stuck' };
}

/** What the registry said, without what changes from one attempt to the next. */
function pullError(message: string): string {
  const [, detail] =
    /^Back-off pulling image "[^"]*": \w+: (.*)$/s.exec(message) ?? [];
  return detail ?? message;
}
