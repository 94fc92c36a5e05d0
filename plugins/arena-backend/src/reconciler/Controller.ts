import {
  ArenaKind,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';

/** What a controller wants after it has looked at an object. */
export interface ReconcileResult {
  /** Look again after this time even if nothing changes. */
  requeueAfterMs?: number;
}

/**
 * Drives the objects of one kind to their wanted state.
 *
 * Level-triggered: `reconcile` reads the world anew and is safe to repeat at any time, also while another controller
 * believes that it is the active one. It is never called twice at a time for the same key. When it rejects, it is
 * called again after a growing delay.
 */
export interface Controller {
  readonly kind: ArenaKind;
  reconcile(key: ObjectKey): Promise<ReconcileResult | void>;
  /** False for objects that need no attention (finished jobs), so that a start with many of them is cheap. */
  wants?(object: ArenaObject): boolean;
  /** Objects of this controller's kind to look at because an object of another kind changed. */
  affectedBy?(changed: ArenaObject): ObjectKey[];
  /** Called when this replica stops being the active one: forget what is held in memory, stop what runs here. */
  stepDown?(): Promise<void>;
}
