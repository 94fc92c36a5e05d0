import { RunCounters } from '@backstage-arena/plugin-arena-common';
import { JobWorld } from '../JobWorld';
import { JobOutcome } from '../outcome';

/** What a run that is over says of its job. */
export interface Settlement {
  counters: RunCounters;
  /** `status.result.summary` */
  summary: Record<string, string>;
  outcome: JobOutcome;
}

/** What differs between the types of jobs once they have a run. */
export interface JobKind {
  /** Nothing more can be counted, so that cancelling comes too late. */
  isComplete(world: JobWorld): boolean;
  /** How many workers there should be now, within no bounds but those of the job. */
  replicas(world: JobWorld): number;
  /** What was created, as a sentence. */
  describeCreated(world: JobWorld): string;
  settle(world: JobWorld): Settlement;
  /** Its verdicts are kept for trends and baselines. */
  readonly isCompared: boolean;
}
