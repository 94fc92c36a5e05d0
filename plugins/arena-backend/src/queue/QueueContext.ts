import { LoggerService } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { PlannedRuns } from '../runs/PlannedRun';
import { RunSignal } from '../runs/RunSignal';
import { Clock } from '../time/Clock';
import { Redactor } from '../transcripts/createRedactor';
import { RetryOptions } from './retryPolicy';

export interface WorkQueueOptions extends RetryOptions {
  /** Of this backend. Workers may be one minor release away. */
  release: string;
  /** How long a lease lasts without being heard of. */
  leaseTtlMs: number;
  heartbeatIntervalMs: number;
  /** Reports handled at a time before workers are asked to wait. */
  maxConcurrentReports: number;
  /** How often writing the reports may fail before it is given up. */
  maxFinalizeAttempts: number;
  /** How it is tried again after the run was closed. */
  outputRetry: Pick<RetryOptions, 'retryDelayMs' | 'retryMaxDelayMs'> & {
    /** For how long after the end of the run. */
    retryForMs: number;
  };
  /** Hosts that outputs may lead to although they are not on the public internet. */
  allowedHosts: readonly string[];
  /** Most bytes of one stored transcript. */
  maxTranscriptBytes: number;
}

/** What the operations of the queue share. */
export interface QueueContext {
  readonly knex: Knex;
  readonly clock: Clock;
  readonly runs: PlannedRuns;
  readonly options: WorkQueueOptions;
  readonly redact: Redactor;
  readonly logger: LoggerService;
  /** Is told when the reports of a run are written, or given up. */
  readonly signal: RunSignal;
}
