import { ArenaEvent, ArenaKind } from '@backstage-arena/plugin-arena-common';
import { WatchEvent } from '@backstage-arena/plugin-arena-node';

/**
 * Changes of a cluster's objects, and the events recorded about them, in one order: what a live stream reads.
 *
 * `follow` ends when the signal aborts, and throws `GoneError` when changes after the version are forgotten.
 */
export interface LiveFeed {
  /** The version to follow from when only what comes next matters. */
  currentVersion(): Promise<string>;
  follow(options: {
    kind: ArenaKind | 'all' | 'all and events';
    resourceVersion: string;
    signal: AbortSignal;
  }): AsyncIterable<
    | { resourceVersion: string; object: WatchEvent }
    | { resourceVersion: string; event: ArenaEvent }
  >;
}
