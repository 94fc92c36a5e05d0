import { ArenaKind, ArenaObject } from '@backstage-arena/plugin-arena-common';

/** The state of an object after a change. */
export interface ObjectChange {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: ArenaObject;
}

/** Kinds whose changes the feed tells; what else has an entity is read with each refresh. */
export const FED_KINDS: readonly ArenaKind[] = ['ArenaSource', 'ArenaJob'];

/** Who wants to know what changes in a cluster. */
export interface FeedListener {
  readonly cluster: string;
  take(change: ObjectChange): void;
  /** What changed until now may not have been told: everything has to be read again. */
  reset(): void;
}

/** Changes of ArenaJobs and ArenaSources as they happen. */
export interface ObjectFeed {
  /** False while changes wait for a connection. */
  readonly isConnected: boolean;
  listen(listener: FeedListener): void;
  /** Connects unless it is connected. Resolves when a connection exists, or after some seconds without one. */
  start(): Promise<void>;
  stop(): void;
}
