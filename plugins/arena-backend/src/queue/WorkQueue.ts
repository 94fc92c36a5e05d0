import {
  HeartbeatRequest,
  HeartbeatResponse,
  LeaseRequest,
  LeaseResponse,
  RegisterRequest,
  RegisterResponse,
  ReleaseRequest,
  ReportRequest,
  ReportResponse,
  RunBudgetRequest,
  RunBudgetResponse,
  RunWorker,
} from '@backstage-arena/plugin-arena-common';

/**
 * Gives out a run's items, takes results back, and counts each item once.
 *
 * Fresh work is a cursor that moves forward; returned, retried and hand-picked items are rows of a small table. A lease has a
 * fencing token: whatever comes under an old one is refused. A report is one transaction: results inserted, counters raised,
 * the lease shrunk.
 *
 * Errors: `NotFoundError` for an unknown run or lease, `ConflictError` for a lost lease, `ServiceUnavailableError` when the
 * queue wants the worker to slow down (answered as 429 with `Retry-After`).
 */
export interface WorkQueue {
  register(runId: string, request: RegisterRequest): Promise<RegisterResponse>;
  lease(runId: string, request: LeaseRequest): Promise<LeaseResponse>;
  heartbeat(
    runId: string,
    request: HeartbeatRequest,
  ): Promise<HeartbeatResponse>;
  report(runId: string, request: ReportRequest): Promise<ReportResponse>;
  release(runId: string, request: ReleaseRequest): Promise<void>;
  /**
   * Lets a worker spend more of the run's budget.
   *
   * @throws InputError when the run has none
   */
  lend(runId: string, request: RunBudgetRequest): Promise<RunBudgetResponse>;

  /** Takes back what expired leases held. Returns how many leases that were. Called by a timer on every replica. */
  expire(): Promise<number>;
  /** Asks a worker to drain; its next heartbeat or report says so. */
  drain(runId: string, workerId: string): Promise<void>;
  workers(runId: string): Promise<RunWorker[]>;
}
