import {
  ArenaKind,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';

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
  /** False for objects that need no attention (finished jobs), so that a start with many of them is cheap. */
  wants?(object: ArenaObject): boolean;
  /** Objects of this controller's kind to look at because another object changed. */
  affectedBy?(changed: ArenaObject): ObjectKey[];
  /**
   * Listens to what the store does not tell. Called when this replica starts to act.
   *
   * @param wake - asks for a look at a key
   * @returns ends listening
   */
  wokenBy?(wake: (key: ObjectKey) => void): () => void;
  /**
   * Called when this replica stops being the active one, before it is awaited what is worked on: breaks off what waits for other servers.
   */
  interrupt?(): void;
  /** Called when this replica stops being the active one: forget what is held in memory, stop what runs here. */
  stepDown?(): Promise<void>;
}
