import { Runner } from '@backstage-arena/arena-engine';
import { LeaseResponse } from '@backstage-arena/plugin-arena-common';
import { WorkerApi } from './WorkerApi';
import { WorkerLogger } from './WorkerLogger';

/** Assignment to write the reports of a run. */
export type FinalizeAssignment = Extract<LeaseResponse, { state: 'finalize' }>;

/** What a finalize lease is released with. */
export type FinalizeResult = NonNullable<
  Parameters<WorkerApi['release']>[1]['finalize']
>;

/** How the loop ended: only `closed` means that the run is over. */
export type WorkOutcome = 'closed' | 'drained' | 'cancelled';

export interface WorkLoopOptions {
  api: Pick<WorkerApi, 'lease' | 'heartbeat' | 'report' | 'release'>;
  runner: Pick<Runner, 'execute'>;
  logger: WorkerLogger;
  /** Most items that are started and not acknowledged. */
  concurrency: number;
  itemTimeoutMs: number;
  heartbeatIntervalMs: number;
  drainTimeoutMs: number;
  /** Resolves to undefined when the signal aborted and nothing is to be said about it. */
  finalize: (
    assignment: FinalizeAssignment,
    signal: AbortSignal,
  ) => Promise<FinalizeResult | undefined>;
}
