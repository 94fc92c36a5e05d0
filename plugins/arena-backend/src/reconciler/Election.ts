/** What an {@link Election} tells. */
export interface ElectionCallbacks {
  /** Starts acting. The epoch is higher than that of every holder before. */
  onElected: (epoch: number) => Promise<void>;
  /** Stops acting. The next election waits for it. */
  onDeposed: () => Promise<void>;
  onError: (error: unknown) => void;
}

/** One active replica at a time. */
export interface Election {
  start(): void;
  /** Steps down and gives up the lease, so that another replica takes over at once. */
  stop(): Promise<void>;
  /** True while this replica may act, by a clock of its own that never jumps. */
  isLeader(): boolean;
}
