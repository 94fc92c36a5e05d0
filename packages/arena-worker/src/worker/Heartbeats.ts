import { HeartbeatResponse } from '@backstage-arena/plugin-arena-common';
import { Backoff, pause } from './backoff';
import { Lease } from './Lease';
import { ProtocolError } from './ProtocolClient';
import { WorkerApi } from './WorkerApi';
import { WorkerLogger } from './WorkerLogger';

/** Bounds of the protocol. */
const MAX_STARTED = 10_000;

export interface HeartbeatsOptions {
  api: Pick<WorkerApi, 'heartbeat'>;
  logger: WorkerLogger;
  intervalMs: number;
  leases: () => Iterable<Lease>;
  onCommand: (command: HeartbeatResponse['command']) => void;
  /** Called before leases that the backend gave up give up their places, with all those that it spoke of. */
  onLost: (answered: ReadonlySet<Lease>) => void;
  /** Leases were renewed or turned out to be lost. */
  onAnswer: () => void;
  /** The backend refused the heartbeat itself: the worker cannot go on. */
  onFatal: (error: Error) => void;
}

/** Renews the leases, tells what has started, and hears commands. */
export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  readonly #stop = new AbortController();
  #hurry = new AbortController();

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { intervalMs, logger } = this.#options;
    const backoff = new Backoff({
      firstMs: Math.min(200, intervalMs),
      longestMs: intervalMs,
    });
    let waitMs = intervalMs;
    while (!this.#stop.signal.aborted) {
      await pause(
        waitMs,
        AbortSignal.any([this.#stop.signal, this.#hurry.signal]),
      );
      if (this.#stop.signal.aborted) return;
      this.#hurry = new AbortController();
      try {
        await this.#beat();
        backoff.reset();
        waitMs = intervalMs;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (error instanceof ProtocolError) {
          this.#options.onFatal(error);
          return;
        }
        waitMs = backoff.nextMs();
        logger.warn('A heartbeat failed', {
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }

  /** The next heartbeat does not wait for its time. */
  hurry(): void {
    this.#hurry.abort();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #beat(): Promise<void> {
    const leases = new Map(
      [...this.#options.leases()].map(lease => [lease.leaseId, lease]),
    );
    const started = new Map(
      [...leases.values()].map(lease => [
        lease,
        lease.takeStarted(MAX_STARTED),
      ]),
    );
    const askedAt = performance.now();
    let response: HeartbeatResponse;
    try {
      response = await this.#options.api.heartbeat(
        [...started].map(([lease, indexes]) => ({
          leaseId: lease.leaseId,
          fence: lease.fence,
          started: indexes,
        })),
        AbortSignal.any([
          this.#stop.signal,
          AbortSignal.timeout(Math.max(5_000, 2 * this.#options.intervalMs)),
        ]),
      );
    } catch (error) {
      for (const [lease, indexes] of started) lease.untakeStarted(indexes);
      throw error;
    }
    const lost: Lease[] = [];
    for (const answer of response.leases) {
      const lease = leases.get(answer.leaseId);
      if (!lease) continue;
      if (answer.lost) {
        // All its results are on their way: a lease ends when they arrive, and their answer tells.
        if (!lease.awaitsAnswerOnly) lost.push(lease);
      } else if (answer.ttlMs !== undefined) {
        lease.renew(askedAt, answer.ttlMs);
      }
    }
    if (lost.length > 0) this.#options.onLost(new Set(leases.values()));
    for (const lease of lost) {
      this.#options.logger.warn('A lease was lost', {
        leaseId: lease.leaseId,
        reason: 'the backend gave it up',
        abandoned: lease.unacknowledged,
      });
      lease.lose('The backend gave the lease up');
    }
    this.#options.onCommand(response.command);
    this.#options.onAnswer();
  }
}
