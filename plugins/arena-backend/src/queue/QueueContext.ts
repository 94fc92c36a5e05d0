import { LoggerService } from '@backstage/backend-plugin-api';
import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { Knex } from 'knex';
import { PlannedRuns } from '../runs/PlannedRun';
import { RunSignal } from '../runs/RunSignal';
import { Clock } from '../time/Clock';
import { Redactor } from '../transcripts/createRedactor';
import { QueueObserver } from './QueueObserver';
import { OutputRetryOptions, RetryOptions } from './retryPolicy';

export interface WorkQueueOptions extends RetryOptions, OutputRetryOptions {
  /** Of this backend. Workers may be one minor release away. */
  release: string;
  /** How long a lease lasts without being heard of. */
  leaseTtlMs: number;
  heartbeatIntervalMs: number;
  /** Reports handled at a time before workers are asked to wait. */
  maxConcurrentReports: number;
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
  /** Is told what was done. Default: nobody is. */
  readonly observer?: QueueObserver;
  /** Makes spans of what workers ask. Default: none are made. */
  readonly tracing?: Pick<TracingService, 'startActiveSpan'>;
}
