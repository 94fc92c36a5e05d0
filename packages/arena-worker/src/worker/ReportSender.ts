import {
  MAX_REPORT_ITEMS,
  ReportResponse,
} from '@backstage-arena/plugin-arena-common';
import { erroredReport } from './erroredReport';
import { toFinishedWork } from './executeItem';
import { FinishedWork, Lease } from './Lease';
import { ProtocolError } from './ProtocolClient';
import { WorkerApi } from './WorkerApi';
import { WorkerLogger } from './WorkerLogger';

/** A report is held below this size; a single larger result goes alone. */
const MAX_REPORT_BYTES = 4 * 1024 * 1024;

/** Statuses of a report that is refused for what is in it. */
const UNACCEPTABLE = new Set([400, 413, 422]);

/** Statuses that say that the lease is not (any more) this worker's. */
export const LEASE_LOST = new Set([404, 409, 410]);

export interface ReportSenderOptions {
  api: Pick<WorkerApi, 'report'>;
  logger: WorkerLogger;
  /** Called before a lease that the backend refused gives up its places. */
  onLost: (lease: Lease) => void;
}

/**
 * Sends whatever has finished while the last report of the lease was on its way: one item when items are slow, hundreds when they
 * are fast.
 */
export class ReportSender {
  readonly #options: ReportSenderOptions;

  constructor(options: ReportSenderOptions) {
    this.#options = options;
  }

  /**
   * Sends one report of a lease. Afterwards its items are acknowledged, or the lease is lost.
   *
   * @returns how many items were answered, and the backend's command.
   */
  async send(
    lease: Lease,
  ): Promise<{ count: number; command: ReportResponse['command'] }> {
    const works = lease.take({
      items: MAX_REPORT_ITEMS,
      bytes: MAX_REPORT_BYTES,
    });
    lease.forgetStarted(new Set(works.map(work => work.index)));
    try {
      const command = await this.#deliver(lease, works);
      lease.acknowledge();
      return { count: works.length, command };
    } catch (error) {
      if (lease.lost.aborted) return { count: 0, command: 'continue' };
      if (error instanceof ProtocolError && LEASE_LOST.has(error.status)) {
        this.#options.logger.warn('A lease was lost', {
          leaseId: lease.leaseId,
          reason: error.message,
          abandoned: lease.unacknowledged,
        });
        this.#options.onLost(lease);
        lease.lose(error.message);
        return { count: 0, command: 'continue' };
      }
      throw error;
    }
  }

  async #deliver(
    lease: Lease,
    works: readonly FinishedWork[],
  ): Promise<ReportResponse['command']> {
    let response: ReportResponse;
    try {
      response = await this.#options.api.report(lease, works, lease.lost);
    } catch (error) {
      const unacceptable =
        error instanceof ProtocolError && UNACCEPTABLE.has(error.status);
      if (!unacceptable) throw error;
      if (works.length > 1) {
        // One bad result must not hold back the others.
        const middle = works.length >> 1;
        await this.#deliver(lease, works.slice(0, middle));
        return this.#deliver(lease, works.slice(middle));
      }
      response = await this.#deliverSubstitute(lease, works[0], error);
    }
    if (response.refused.length > 0) {
      this.#options.logger.debug('Results were not counted', {
        leaseId: lease.leaseId,
        refused: response.refused.slice(0, 20),
      });
    }
    return response.command;
  }

  /** The backend does not take the result as it is: say so in its place, so that the item is not tried for ever. */
  #deliverSubstitute(
    lease: Lease,
    work: FinishedWork,
    error: ProtocolError,
  ): Promise<ReportResponse> {
    this.#options.logger.error('A result was refused', {
      index: work.index,
      bytes: work.bytes,
      reason: error.message,
    });
    const { attempt } = JSON.parse(work.json) as { attempt: number };
    const substitute = erroredReport(
      { index: work.index, attempt },
      {
        class: 'engine',
        message: `The result could not be stored: ${error.message}`,
      },
    );
    return this.#options.api.report(
      lease,
      [toFinishedWork(substitute)],
      lease.lost,
    );
  }
}
