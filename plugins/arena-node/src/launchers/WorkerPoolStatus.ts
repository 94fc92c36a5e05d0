import { RunWorker } from '@backstage-arena/plugin-arena-common';

/** Something that keeps workers from working, in words for users. @public */
export interface WorkerTrouble {
  /** Reason of a condition, for example `ImagePullBackOff`. */
  reason: string;
  message: string;
}

/** @public */
export interface WorkerPoolStatus {
  workers: RunWorker[];
  /** Processes or pods that exist now. */
  active: number;
  /** Workers that are wanted, where that is not the number of `workers`. */
  replicas?: number;
  /** Since when any of the workers has been running. */
  runningSince?: Date;
  /** What is wrong with the workers now. `fatal`: it does not go away by itself, and the run cannot go on. */
  trouble?: WorkerTrouble & { fatal: boolean };
}
