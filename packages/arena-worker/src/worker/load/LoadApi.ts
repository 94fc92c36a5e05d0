import { randomUUID } from 'node:crypto';
import {
  LoadLeaseRequest,
  LoadLeaseResponse,
  loadLeaseResponseSchema,
  LoadReportResponse,
  loadReportResponseSchema,
} from '@backstage-arena/plugin-arena-common/load';
import { ProtocolClient, ProtocolError } from '../ProtocolClient';

/** A test does not wait for a backend that is back: what is leased ends within seconds. */
const LONGEST_WAIT_MS = 500;
/** What is answered later than that comes too late: most of what was leased is over. */
const LEASE_TIMEOUT_MS = 2_000;

/** Statuses that say that the run, or its load test, is over. */
const OVER = new Set([401, 409, 410]);

/** What a worker says of itself with each request for slices. */
export type LoadWorkerState = Omit<LoadLeaseRequest, 'workerId' | 'instance'>;

/** An answer, and when it was asked for and came, on the clock of `performance.now`. */
export interface TimedAnswer {
  answer: LoadLeaseResponse;
  askedAt: number;
  answeredAt: number;
}

/** The calls of the worker protocol that load tests have of their own. One object for each process: it goes by an instance of its own. */
export class LoadApi {
  readonly #client: ProtocolClient;
  readonly #identity: Pick<LoadLeaseRequest, 'workerId' | 'instance'>;

  constructor(options: { client: ProtocolClient; workerId: string }) {
    this.#client = options.client;
    this.#identity = { workerId: options.workerId, instance: randomUUID() };
  }

  /** @param state - asked for each try: what is said is never older than the try */
  async lease(
    state: () => LoadWorkerState,
    signal: AbortSignal,
  ): Promise<TimedAnswer> {
    let askedAt = performance.now();
    const answer = await this.#client.post(
      '/load/lease',
      () => {
        const request = { ...this.#identity, ...state() };
        askedAt = performance.now();
        return request;
      },
      loadLeaseResponseSchema,
      {
        signal,
        longestWaitMs: LONGEST_WAIT_MS,
        answerTimeoutMs: LEASE_TIMEOUT_MS,
      },
    );
    return { answer, askedAt, answeredAt: performance.now() };
  }

  /** @param batches - each a `LoadReportBatch` as JSON */
  report(
    batches: readonly string[],
    signal: AbortSignal,
  ): Promise<LoadReportResponse> {
    const head = JSON.stringify(this.#identity);
    return this.#client.post(
      '/load/report',
      `${head.slice(0, -1)},"batches":[${batches.join(',')}]}`,
      loadReportResponseSchema,
      { signal, longestWaitMs: LONGEST_WAIT_MS },
    );
  }
}

/** True for a refusal that says that the run takes nothing any more. */
export function isLoadOver(error: unknown): boolean {
  return error instanceof ProtocolError && OVER.has(error.status);
}
