import { WorkerTrouble } from '@backstage-arena/plugin-arena-node';
import { holds, WorkerPodObject } from './WorkerObjects';
import { workerState } from './podState';

/** What a worker exits with that was asked to go, and gave back what it had. */
const DRAINED = 143;
const MAX_MESSAGE = 1_000;

/** When a pod failed; undefined when it did not, or did as it was told. */
export function podFailure(pod: WorkerPodObject): { at: Date } | undefined {
  if (pod.status?.phase !== 'Failed') return undefined;
  const terminated = workerState(pod)?.terminated;
  const evicted = pod.status.reason !== undefined;
  if (terminated?.exitCode === DRAINED && !evicted) return undefined;
  const times = [
    terminated?.finishedAt,
    ...(pod.status.conditions ?? []).map(entry => entry.lastTransitionTime),
  ].flatMap(time => (time ? [Date.parse(time)] : []));
  return {
    at: new Date(
      times.length > 0
        ? Math.max(...times)
        : Date.parse(pod.metadata.creationTimestamp),
    ),
  };
}

/** Why a pod failed, in words for users. */
export function describePodFailure(pod: WorkerPodObject): WorkerTrouble {
  const { name } = pod.metadata;
  const { status } = pod;
  if (status?.reason) {
    return {
      reason: status.reason,
      message: `Worker pod ${name} was ended (${status.reason}): ${
        status.message ?? 'no message'
      }`,
    };
  }
  const disruption = holds(pod, 'DisruptionTarget');
  if (disruption) {
    return {
      reason: disruption.reason ?? 'Disrupted',
      message: `Worker pod ${name} had to go: ${
        disruption.message ?? disruption.reason
      }`,
    };
  }
  const terminated = workerState(pod)?.terminated;
  if (terminated?.reason === 'OOMKilled') {
    return {
      reason: 'OOMKilled',
      message: `Worker pod ${name} needed more memory than its limit allows and was ended; raise the memory limit of workers, or have fewer items at a time`,
    };
  }
  const said = lastWords(terminated?.message);
  return {
    // A worker that gives up because nobody answers says so.
    reason: /backend has not answered/i.test(said)
      ? 'BackendUnreachable'
      : 'WorkerFailed',
    message: `Worker pod ${name} exited with code ${
      terminated?.exitCode ?? 'unknown'
    }${said ? `: ${said}` : ''}`,
  };
}

/** The message of the last line of a log, which is JSON when it is the worker's own. */
export function lastWords(log: string | undefined): string {
  const lines = (log ?? '').split('\n').filter(line => line.trim() !== '');
  const last = lines[lines.length - 1] ?? '';
  return messageIn(last.trim()).slice(0, MAX_MESSAGE);
}

function messageIn(line: string): string {
  try {
    const { message } = JSON.parse(line);
    return typeof message === 'string' ? message : line;
  } catch {
    // Not the worker's own: the runtime, or a crash of the process itself.
    return line;
  }
}
