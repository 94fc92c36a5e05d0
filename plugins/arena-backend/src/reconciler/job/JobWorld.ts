import {
  ArenaJob,
  ArenaJobStatus,
  DatasetState,
  RunBudget,
  RunGate,
} from '@backstage-arena/plugin-arena-common';
import {
  WorkerPoolStatus,
  WorkerTrouble,
} from '@backstage-arena/plugin-arena-node';
import { LoadView } from '../../loads/LoadObserver';
import { NewRun, RunHead } from '../../runs/RunStore';
import { RunVerdict } from '../../verdicts/RunVerdicts';
import { RunResults } from './RunResults';

/** Something that a job needs and that is not there, or not right, yet. */
export interface Obstacle {
  /** Condition that speaks of it. */
  condition: 'ConfigValid' | 'JobCreated';
  /** Reason of the condition, for example `SourceNotFound`. */
  reason: string;
  message: string;
  /** The message changes while there is nothing new to tell: one event for the reason is enough. */
  quiet?: boolean;
  /** When to look again, unless something wakes the job before. */
  retryAfterMs?: number;
}

/** What a run would be made of. */
export type JobInputs =
  | { state: 'unknown' }
  | { state: 'blocked'; obstacle: Obstacle }
  /** Nothing that happens later would let it start. */
  | { state: 'refused'; reason: string; message: string }
  | { state: 'ready'; run: NewRun };

/** Everything that decides what becomes of a job, read at one moment. */
export interface JobWorld {
  now: Date;
  job: ArenaJob;
  /** Portal page of the run. */
  runUrl: string;
  inputs: JobInputs;
  run?: RunHead;
  /** Items in flight per worker of the run. */
  concurrency: number;
  /** Most workers that the run allows: its rate limits are divided by this number. */
  maxWorkers?: number;
  /** Present once nothing more can be counted. */
  results?: RunResults;
  /** Of an evaluation: what it may spend, where that is limited. */
  budget?: RunBudget;
  /** What the baseline says of a run that is complete, for a job that names one. */
  gate?: RunGate;
  /** Of a load test: how far it is. */
  load?: LoadView & {
    /** How many workers it should have. */
    replicas: number;
  };
  /** Of data generation: how far it is. */
  dataset?: DatasetState;
  pool: WorkerPoolStatus;
  /** True when any worker of the run has spoken to the backend. */
  heardFromWorkers: boolean;
  /** Why workers cannot be started, for example a secret that is gone. */
  launchObstacle?: WorkerTrouble;
}

/** What is to be done, in this order. Each is safe to repeat. */
export type JobAction =
  | { type: 'addFinalizer' }
  | { type: 'createRun'; run: NewRun }
  | {
      type: 'closeRun';
      outcome: 'Cancelled' | 'Failed';
      finalize: boolean;
    }
  | {
      type: 'ensureWorkers';
      replicas: number;
      /** Set once nothing but the reports is left to do. */
      finalizing?: boolean;
    }
  /** What the trend of the job, and other jobs that are compared with it, will know of the run. */
  | { type: 'recordVerdict'; verdict: RunVerdict }
  | { type: 'resumeReports' }
  | { type: 'failReports'; message: string }
  | { type: 'stopWorkers' }
  | { type: 'removeFinalizer' }
  | { type: 'deleteJob' };

/** Recorded when the status that goes with it is written. */
export interface JobEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** What is there now, what is to be done, and when to look again. */
export interface NextJobState {
  status: ArenaJobStatus;
  actions: JobAction[];
  events: JobEvent[];
  requeueAfterMs?: number;
}
