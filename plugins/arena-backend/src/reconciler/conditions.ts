import { Condition } from '@backstage-arena/plugin-arena-common';
import { formatTimestamp } from '../time/formatTimestamp';

/** What a controller says about an object. */
export interface Observation {
  type: string;
  status: Condition['status'];
  reason: string;
  message: string;
}

/** Longest message of a condition that is kept. */
const MAX_MESSAGE = 4_000;

/**
 * Brings conditions up to date. The transition time moves only when the status changes, so that it tells since when something
 * holds; a new reason or message alone does not move it.
 */
export function withConditions(
  current: readonly Condition[] | undefined,
  observations: readonly Observation[],
  options: { now: Date; generation: number },
): Condition[] {
  const result = [...(current ?? [])];
  for (const observation of observations) {
    const index = result.findIndex(c => c.type === observation.type);
    const before = index < 0 ? undefined : result[index];
    const next: Condition = {
      ...observation,
      message: cut(observation.message),
      observedGeneration: options.generation,
      lastTransitionTime:
        before?.status === observation.status
          ? before.lastTransitionTime
          : formatTimestamp(options.now),
    };
    if (index < 0) result.push(next);
    else result[index] = next;
  }
  return result;
}

/** Finds a condition by its type. */
export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find(condition => condition.type === type);
}

function cut(message: string): string {
  return message.length > MAX_MESSAGE
    ? `${message.slice(0, MAX_MESSAGE - 1)}…`
    : message;
}
