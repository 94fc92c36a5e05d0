import { ArenaKind, ObjectKey } from '@backstage-arena/plugin-arena-common';

/** What a controller wants to happen next with the object that it looked at. */
export interface ReconcileResult {
  /** Look again after this time, also when nothing changes. Absent: wait for a change. */
  requeueAfterMs?: number;
}

/**
 * Brings one kind of object to the state that its spec asks for.
 *
 * @remarks
 * Level-triggered: a call says that something may have changed, not what. It reads the world anew, may be called at any time
 * and any number of times, and is never called twice at once for the same key. An error that it throws is retried with backoff.
 */
export interface Controller {
  readonly kind: ArenaKind;
  reconcile(key: ObjectKey): Promise<ReconcileResult | void>;
}
