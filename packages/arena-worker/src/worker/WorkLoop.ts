import { HeartbeatResponse } from '@backstage-arena/plugin-arena-common';
import { executeItem, toFinishedWork } from './executeItem';
import { Heartbeats } from './Heartbeats';
import { HeldLeases } from './HeldLeases';
import { Lease, LeasedWork } from './Lease';
import { LeaseDemand } from './LeaseDemand';
import { LEASE_LOST, ReportSender } from './ReportSender';
import { ProtocolError } from './ProtocolClient';
import { Wakeup } from './Wakeup';
import {
  FinalizeAssignment,
  WorkLoopOptions,
  WorkOutcome,
} from './WorkLoopOptions';

/** More leases at a time would only mean that they are too small. */
const MAX_LEASES = 100;
const MAX_CAPACITY = 10_000;
/** Reports of different leases on their way at a time. */
const MAX_PARALLEL_REPORTS = 4;
/** Results that come faster than this are gathered: a report costs the backend about as much as a dozen of its results. */
const REPORT_INTERVAL_MS = 50;
const RELEASE_TIMEOUT_MS = 5_000;

/**
 * A worker's life between registering and leaving: takes leases, executes their items, reports results, writes reports when told.
 *
 * One loop decides and is woken when anything changes; requests and items run beside it and only change what it looks at.
 */
export class WorkLoop {
  readonly #options: WorkLoopOptions;
  readonly #wakeup = new Wakeup();
  readonly #leases = new HeldLeases(() => this.#heartbeats.hurry());
  readonly #demand = new LeaseDemand();
  readonly #sender: ReportSender;
  readonly #heartbeats: Heartbeats;
  /** Aborts when the loop ends, whatever is still under way. */
  readonly #end = new AbortController();
  #finalizing: Lease | undefined;
  #mode: 'working' | 'finishing' | 'draining' | 'cancelling' = 'working';
  #drainDeadline = Infinity;
  #asking = false;
  #askAgainAt = 0;
  /** Reports on their way. */
  readonly #reports = new Map<Lease, Promise<void>>();
  #closedReason: string | undefined;
  #nothingLeft = false;
  #fatal: unknown;

  constructor(options: WorkLoopOptions) {
    this.#options = options;
    this.#sender = new ReportSender({
      api: options.api,
      logger: options.logger,
      onLost: lease => this.#leases.doubtAllBut(new Set([lease])),
    });
    this.#heartbeats = new Heartbeats({
      api: options.api,
      logger: options.logger,
      intervalMs: options.heartbeatIntervalMs,
      leases: () =>
        [...this.#leases, this.#finalizing ?? []]
          .flat()
          .filter(lease => !lease.lost.aborted),
      onCommand: command => this.#obey(command),
      onLost: answered => this.#leases.doubtAllBut(answered),
      onAnswer: () => this.#wakeup.wake(),
      onFatal: error => this.#fail(error),
    });
  }

  /** Finishes what has started, gives back the rest. The loop then ends with `drained`. */
  drain(): void {
    if (this.#mode !== 'working' && this.#mode !== 'finishing') return;
    this.#mode = 'draining';
    this.#drainDeadline = performance.now() + this.#options.drainTimeoutMs;
    this.#options.logger.info('Draining', {
      running: this.#leases.unacknowledged,
    });
    this.#wakeup.wake();
  }

  /** Finishes what has started, gives back the rest, and stays for the reports. */
  finish(): void {
    if (this.#mode !== 'working') return;
    this.#mode = 'finishing';
    this.#askAgainAt = 0;
    this.#options.logger.info('Finishing', {
      running: this.#leases.unacknowledged,
    });
    this.#wakeup.wake();
  }

  /** @throws UnreachableError, ProtocolError */
  async run(): Promise<WorkOutcome> {
    const beating = this.#heartbeats.run();
    try {
      for (;;) {
        if (this.#fatal) throw this.#fatal;
        this.#leases.dropDone();
        this.#startItems();
        this.#sendReports();
        const outcome = await this.#outcome();
        if (outcome) return outcome;
        this.#askForWork();
        await this.#wakeup.wait(this.#timeToNextStep());
      }
    } finally {
      this.#heartbeats.stop();
      this.#end.abort(new Error('The worker stops'));
      this.#leases.lose('The worker stops');
      await beating;
    }
  }

  async #outcome(): Promise<WorkOutcome | undefined> {
    if (this.#closedReason !== undefined) {
      this.#options.logger.info('The run is closed', {
        reason: this.#closedReason,
      });
      return 'closed';
    }
    if (this.#mode === 'draining') {
      if (performance.now() >= this.#drainDeadline) {
        await this.#giveEverythingBack();
        return 'drained';
      }
      await this.#releaseIdleLeases();
      const idle = this.#leases.size === 0 && !this.#asking;
      return idle && !this.#finalizing ? 'drained' : undefined;
    }
    if (this.#mode === 'finishing') await this.#releaseIdleLeases();
    if (this.#mode === 'cancelling') {
      if (this.#leases.size > 0) await this.#giveEverythingBack();
      return this.#nothingLeft && !this.#finalizing ? 'cancelled' : undefined;
    }
    return undefined;
  }

  #timeToNextStep(): number | undefined {
    const now = performance.now();
    const next = Math.min(
      this.#mode === 'draining' ? this.#drainDeadline : Infinity,
      this.#askAgainAt > now ? this.#askAgainAt : Infinity,
      this.#nextReportAt(),
    );
    return next === Infinity ? undefined : Math.max(1, next - now);
  }

  #startItems(): void {
    if (this.#mode !== 'working') return;
    const free = this.#options.concurrency - this.#leases.unacknowledged;
    this.#leases.start(free, (lease, work) => {
      this.#execute(lease, work).catch(error => this.#fail(error));
    });
  }

  async #execute(lease: Lease, work: LeasedWork): Promise<void> {
    const report = await executeItem({
      runner: this.#options.runner,
      work,
      signal: lease.halted,
      mayCall: () => lease.untilValid(),
      itemTimeoutMs: this.#options.itemTimeoutMs,
    });
    if (report) lease.finish(toFinishedWork(report));
    else lease.abandon(work.index);
    this.#wakeup.wake();
  }

  #sendReports(): void {
    const due = [...this.#leases].filter(lease => this.#isReportDue(lease));
    // Who has waited longest comes first, or a busy lease would take every turn.
    due.sort((a, b) => a.reportedAt - b.reportedAt);
    for (const lease of due) {
      if (this.#reports.size >= MAX_PARALLEL_REPORTS) return;
      void this.#report(lease);
    }
  }

  #report(lease: Lease): Promise<void> {
    const report = this.#sender
      .send(lease)
      .then(({ count, command }) => {
        this.#demand.note(count);
        this.#obey(command);
      })
      .catch(error => this.#fail(error))
      .finally(() => {
        this.#reports.delete(lease);
        this.#wakeup.wake();
      });
    this.#reports.set(lease, report);
    return report;
  }

  /** What waits must not keep places from items, nor the last items of a lease from being counted. */
  #isReportDue(lease: Lease): boolean {
    if (lease.waiting === 0 || lease.isSending) return false;
    return (
      this.#mode !== 'working' ||
      lease.waiting >= this.#options.concurrency / 2 ||
      lease.waiting === lease.unacknowledged ||
      performance.now() >= lease.reportedAt + REPORT_INTERVAL_MS
    );
  }

  #nextReportAt(): number {
    if (this.#reports.size >= MAX_PARALLEL_REPORTS) return Infinity;
    let next = Infinity;
    for (const lease of this.#leases) {
      if (lease.waiting > 0 && !lease.isSending) {
        next = Math.min(next, lease.reportedAt + REPORT_INTERVAL_MS);
      }
    }
    return next;
  }

  #askForWork(): void {
    if (this.#asking || this.#finalizing) return;
    if (performance.now() < this.#askAgainAt) return;
    let capacity = 0;
    if (this.#mode === 'working' && this.#leases.size < MAX_LEASES) {
      capacity = this.#demand.wanted({
        freeSlots: this.#options.concurrency - this.#leases.unacknowledged,
        unstarted: this.#leases.unstarted,
      });
    } else if (this.#mode === 'cancelling' || this.#mode === 'finishing') {
      // Not for work, but such a run still wants its reports written.
      capacity = 1;
    }
    if (capacity === 0) return;
    this.#asking = true;
    this.#askAgainAt = 0;
    this.#ask(Math.min(capacity, MAX_CAPACITY))
      .catch(error => this.#fail(error))
      .finally(() => {
        this.#asking = false;
        this.#wakeup.wake();
      });
  }

  async #ask(capacity: number): Promise<void> {
    const requestedAt = performance.now();
    const cancelling = this.#mode === 'cancelling';
    const answer = await this.#options.api.lease(capacity, this.#end.signal);
    switch (answer.state) {
      case 'granted':
        this.#leases.add(new Lease({ ...answer, requestedAt }), requestedAt);
        this.#nothingLeft = cancelling;
        break;
      case 'finalize':
        this.#startFinalizing(answer, requestedAt);
        break;
      case 'wait':
        this.#nothingLeft = cancelling;
        // Up to a tenth longer: workers that were told the same time would otherwise ask together.
        this.#askAgainAt =
          performance.now() + answer.retryAfterMs * (1 + Math.random() / 10);
        break;
      default:
        this.#closedReason = answer.reason;
    }
  }

  #startFinalizing(assignment: FinalizeAssignment, requestedAt: number): void {
    const lease = new Lease({ ...assignment, requestedAt });
    this.#finalizing = lease;
    const signal = AbortSignal.any([lease.lost, this.#end.signal]);
    this.#options
      .finalize(assignment, signal)
      .then(finalize =>
        this.#options.api.release(lease, { started: [], finalize }, signal),
      )
      .catch(error => {
        if (!signal.aborted && !isLeaseLost(error)) this.#fail(error);
      })
      .finally(() => {
        this.#finalizing = undefined;
        this.#wakeup.wake();
      });
  }

  #obey(command: HeartbeatResponse['command']): void {
    if (command === 'drain') this.drain();
    if (command === 'finish') this.finish();
    if (command === 'cancel' && this.#mode !== 'cancelling') {
      this.#options.logger.info('The run was cancelled');
      this.#mode = 'cancelling';
      this.#nothingLeft = false;
      this.#askAgainAt = 0;
      this.#wakeup.wake();
    }
  }

  async #releaseIdleLeases(): Promise<void> {
    const idle = this.#leases.idle();
    await Promise.all(idle.map(lease => this.#release(lease)));
  }

  async #giveEverythingBack(): Promise<void> {
    const leases = [...this.#leases];
    // A cancelled run still wants its reports.
    if (this.#finalizing && this.#mode === 'draining') {
      leases.push(this.#finalizing);
    }
    await Promise.all(leases.map(lease => this.#release(lease)));
  }

  /** What runs is given up and costs an attempt; what has finished is reported first. */
  async #release(lease: Lease): Promise<void> {
    const reason = 'The worker gave the lease back';
    const { begun } = lease;
    const running = lease.halt(reason);
    const patience = AbortSignal.timeout(RELEASE_TIMEOUT_MS);
    const lose = () => lease.lose(reason);
    patience.addEventListener('abort', lose, { once: true });
    try {
      await this.#reports.get(lease);
      while (lease.waiting > 0) await this.#report(lease);
      const started = lease.lost.aborted ? begun : running;
      lose();
      await this.#options.api.release(lease, { started }, patience);
    } catch (error) {
      // It will expire; nothing is lost but time.
      this.#options.logger.warn('A lease could not be given back', {
        leaseId: lease.leaseId,
        reason: error instanceof Error ? error.message : String(error),
      });
    } finally {
      this.#leases.delete(lease);
    }
  }

  #fail(error: unknown): void {
    this.#fatal ??= error;
    this.#wakeup.wake();
  }
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof ProtocolError && LEASE_LOST.has(error.status);
}
