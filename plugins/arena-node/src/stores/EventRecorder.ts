import { ArenaEvent, ArenaObject } from '@backstage-arena/plugin-arena-common';

/**
 * Records what happens to objects. The same reason and message on the same object raises a count instead of adding a row.
 *
 * @public
 */
export interface EventRecorder {
  record(
    object: ArenaObject,
    event: { type: 'Normal' | 'Warning'; reason: string; message: string },
  ): Promise<void>;
  /** Newest first. With its namespace, where it is known, others need not be asked. */
  list(object: { uid: string; namespace?: string }): Promise<ArenaEvent[]>;
}
