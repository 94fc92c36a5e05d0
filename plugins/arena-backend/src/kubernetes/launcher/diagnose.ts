import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { describePodFailure, podFailure } from './podFailure';
import { holds, WorkerJobObject, WorkerPodObject } from './WorkerObjects';
import { isLost, isRunning, isTerminal, startProblem } from './podState';

/** What keeps workers from working. */
export interface Diagnosis extends WorkerTrouble {
  /** `over`: nothing more will start. `stuck`: it cannot start until somebody changes something. `passing`: it may go by itself. */
  severity: 'over' | 'stuck' | 'passing';
}

/** How long the failure of a pod is told after another has taken its place. */
const RECENT_MS = 60_000;

/** Finds what is wrong with the pods of a Job, the most telling first; undefined when nothing is. */
export function diagnose(options: {
  job: WorkerJobObject;
  pods: readonly WorkerPodObject[];
  /** What was said when a pod could not be created, or not be started on its node. */
  told?: WorkerTrouble & { severity: Diagnosis['severity'] };
  now: Date;
}): Diagnosis | undefined {
  const { job, pods, told, now } = options;
  const failed = holds(job, 'Failed') ?? holds(job, 'FailureTarget');
  const failure = newestFailure(pods);
  if (failed) {
    return {
      reason: failed.reason ?? 'JobFailed',
      message: `The worker Job ${job.metadata.name} has failed: ${
        failed.message ?? failed.reason
      }${failure ? `. ${failure.message}` : ''}`,
      severity: 'over',
    };
  }
  if (job.spec.suspend) {
    return {
      reason: 'WorkersSuspended',
      message: `The worker Job ${job.metadata.name} is suspended; it starts when whoever admits it (a queue of Kueue, or an administrator) resumes it`,
      severity: 'passing',
    };
  }
  for (const pod of pods) {
    const problem = startProblem(pod);
    if (problem) {
      return problem;
    }
  }
  if (told) return told;
  const lost = pods.find(pod => isLost(pod, now));
  if (lost) {
    return {
      reason: 'NodeLost',
      message: `Node ${lost.spec.nodeName} has not ended worker pod ${lost.metadata.name}; it is taken for lost, and another pod takes its place`,
      severity: 'passing',
    };
  }
  if (!failure) return undefined;
  const isMissing =
    pods.filter(pod => isRunning(pod)).length < (job.spec.parallelism ?? 1);
  const isRecent = now.getTime() - failure.at.getTime() < RECENT_MS;
  if (!isMissing && !isRecent) return undefined;
  const { reason, message } = failure;
  return { reason, message, severity: 'passing' };
}

function newestFailure(
  pods: readonly WorkerPodObject[],
): (WorkerTrouble & { at: Date }) | undefined {
  let found: { pod: WorkerPodObject; at: Date } | undefined;
  for (const pod of pods) {
    const at = isTerminal(pod) ? podFailure(pod)?.at : undefined;
    if (at && (!found || at > found.at)) found = { pod, at };
  }
  return found && { ...describePodFailure(found.pod), at: found.at };
}
