import { ArenaObject, Condition } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { JsonObject } from '@backstage/types';
import { isDeepStrictEqual } from 'node:util';

interface ConditionedStatus {
  phase?: string;
  conditions?: Condition[];
}

/** What became of a status. */
export type WriteResult =
  | { written: true }
  | { written: false; retryAfterMs?: number };

/**
 * Writes statuses, each only when it says something new. A new phase or condition is written at once; numbers alone at most
 * once per interval, because every write is seen by all who watch.
 */
export class StatusWriter {
  private readonly lastWrite = new Map<string, number>();

  constructor(
    private readonly store: Pick<ResourceStore, 'updateStatus'>,
    private readonly intervalMs = 1_000,
  ) {}

  /** @throws ConflictError when the object has changed since it was read. */
  async write<T extends ConditionedStatus>(
    object: ArenaObject<object, T>,
    status: T,
  ): Promise<WriteResult> {
    const before = plain<ConditionedStatus>(object.status ?? {});
    const after = plain<ConditionedStatus>(status);
    if (isDeepStrictEqual(before, after)) return { written: false };

    const { uid } = object.metadata;
    if (!isUrgent(before, after)) {
      const since =
        performance.now() - (this.lastWrite.get(uid) ?? -this.intervalMs);
      if (since < this.intervalMs) {
        return { written: false, retryAfterMs: this.intervalMs - since };
      }
    }
    await this.store.updateStatus({
      ...object,
      spec: plain<JsonObject>(object.spec),
      status: plain<JsonObject>(status),
    });
    this.lastWrite.set(uid, performance.now());
    return { written: true };
  }

  /** Forgets an object that is gone. */
  forget(uid: string): void {
    this.lastWrite.delete(uid);
  }
}

function isUrgent(
  before: ConditionedStatus,
  after: ConditionedStatus,
): boolean {
  return (
    before.phase !== after.phase ||
    !isDeepStrictEqual(before.conditions ?? [], after.conditions ?? [])
  );
}

/** As it comes back from a store: without undefined fields, and of the same making wherever it comes from. */
function plain<T extends object>(value: object): T {
  return JSON.parse(JSON.stringify(value));
}
