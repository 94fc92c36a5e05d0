import {
  HeartbeatRequest,
  HeartbeatResponse,
  heartbeatResponseSchema,
  LeaseResponse,
  leaseResponseSchema,
  RegisterRequest,
  RegisterResponse,
  registerResponseSchema,
  ReleaseRequest,
  ReportResponse,
  reportResponseSchema,
} from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';
import { FinishedWork } from './Lease';
import { ProtocolClient } from './ProtocolClient';
import { WorkerRole } from './WorkerEnvironment';

/** Identity of a lease in the protocol. */
export interface LeaseHandle {
  leaseId: string;
  fence: number;
}

/** The worker protocol's calls that carry JSON both ways. */
export class WorkerApi {
  readonly #client: ProtocolClient;
  readonly #workerId: string;
  readonly #role: WorkerRole | undefined;
  /** Said with each request for work, once it is known. */
  outputReady: boolean | undefined;

  constructor(options: {
    client: ProtocolClient;
    workerId: string;
    role?: WorkerRole;
  }) {
    this.#client = options.client;
    this.#workerId = options.workerId;
    this.#role = options.role;
  }

  register(
    request: RegisterRequest,
    signal?: AbortSignal,
  ): Promise<RegisterResponse> {
    return this.#client.post('/register', request, registerResponseSchema, {
      signal,
    });
  }

  lease(capacity: number, signal: AbortSignal): Promise<LeaseResponse> {
    return this.#client.post(
      '/lease',
      {
        workerId: this.#workerId,
        capacity,
        outputReady: this.outputReady,
        role: this.#role,
      },
      leaseResponseSchema,
      { signal },
    );
  }

  /** One try: the next heartbeat is the retry, and it says more. */
  heartbeat(
    leases: HeartbeatRequest['leases'],
    signal: AbortSignal,
  ): Promise<HeartbeatResponse> {
    return this.#client.post(
      '/heartbeat',
      { workerId: this.#workerId, leases },
      heartbeatResponseSchema,
      { signal, retry: false },
    );
  }

  /** The results are JSON text already, and are not parsed and written once more. */
  report(
    lease: LeaseHandle,
    results: readonly FinishedWork[],
    signal: AbortSignal,
  ): Promise<ReportResponse> {
    const head = JSON.stringify({
      workerId: this.#workerId,
      leaseId: lease.leaseId,
      fence: lease.fence,
    });
    const body = `${head.slice(0, -1)},"results":[${results
      .map(result => result.json)
      .join(',')}]}`;
    return this.#client.post('/report', body, reportResponseSchema, { signal });
  }

  async release(
    lease: LeaseHandle,
    options: Pick<ReleaseRequest, 'started' | 'finalize'>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#client.post(
      '/release',
      {
        workerId: this.#workerId,
        leaseId: lease.leaseId,
        fence: lease.fence,
        ...options,
      },
      z.unknown(),
      { signal },
    );
  }
}
