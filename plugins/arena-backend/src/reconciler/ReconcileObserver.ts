import { ArenaKind } from '@backstage-arena/plugin-arena-common';

/** How a look at an object ended. `conflict`: somebody else wrote it meanwhile, which is no failure. */
export type ReconcileOutcome = 'done' | 'conflict' | 'failed';

/** Watches controllers at work. */
export interface ReconcileObserver {
  /** Does one look at an object; returns or throws as `work` does. */
  reconcile<T>(
    what: { kind: ArenaKind; key: string },
    work: () => Promise<T>,
  ): Promise<T>;
}
