import {
  ArenaJob,
  ArenaObject,
  FireResult,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { formatKey } from '../reconciler/objectKeys';
import { isTerminal } from '../reconciler/job/nextJobState';
import { scheduledAt, TRIGGERED } from './childJob';

/**
 * Remembers what became of children that have ended, by the jobs that they belong to: one that is deleted at its end may be gone before its schedule
 * is looked at.
 */
export class EndedChildren {
  private readonly seen = new Map<string, Map<number, FireResult>>();

  note(parent: ObjectKey, child: ArenaObject): void {
    const end = endOf(child as ArenaJob);
    if (!end) return;
    const key = formatKey(parent);
    const ends = this.seen.get(key) ?? new Map();
    this.seen.set(key, ends.set(end.at, end.result));
  }

  /** What is known of the children of a job, by the time that they were due at. */
  of(
    parent: ObjectKey,
    children: readonly ArenaJob[],
  ): ReadonlyMap<number, FireResult> {
    const ends = new Map(this.seen.get(formatKey(parent)));
    for (const child of children) {
      const end = endOf(child);
      if (end) ends.set(end.at, end.result);
    }
    return ends;
  }

  /** What was known of them is on record, or they are gone; what came to be known since stays. */
  forget(parent: ObjectKey, ends: ReadonlyMap<number, FireResult>): void {
    const key = formatKey(parent);
    const seen = this.seen.get(key);
    for (const at of ends.keys()) seen?.delete(at);
    if (seen?.size === 0) this.seen.delete(key);
  }

  clear(): void {
    this.seen.clear();
  }
}

function endOf(
  child: ArenaJob,
): { at: number; result: FireResult } | undefined {
  const { phase } = child.status ?? {};
  const at = scheduledAt(child);
  if (at === undefined || !isTerminal(phase)) return undefined;
  if (child.metadata.annotations?.[TRIGGERED]) return undefined;
  return { at, result: phase as FireResult };
}
