import { Election, ElectionCallbacks } from './Election';

/** A lease that this replica has. */
export interface HeldLease {
  /** Higher than that of every holder before. */
  epoch: number;
  /** Until when the holder may believe in it, on the monotonic clock: counted from before the request was sent. */
  deadline: number;
}

/** Where leases are kept. */
export interface LeaseKeeper {
  /** Takes the lease if nobody has it; undefined otherwise. */
  acquire(): Promise<HeldLease | undefined>;
  /** The new deadline; undefined when the lease is another's. */
  renew(epoch: number): Promise<number | undefined>;
  /** Gives the lease up, so that another replica can take it at once. */
  release(epoch: number): Promise<void>;
}

export interface ElectionLoopOptions extends ElectionCallbacks {
  keeper: LeaseKeeper;
  /** How often the lease is renewed, or tried to be taken. */
  renewMs: number;
  /** Clock of this process that never jumps, in milliseconds. */
  monotonic: () => number;
}

/**
 * Takes a lease and renews it, wherever it is kept.
 *
 * The holder believes in its lease only until a deadline on its monotonic clock. A process that was paused or cut off therefore stops by
 * itself, before another may start. What it had begun is harmless, because all that controllers write is guarded by versions and
 * deterministic names.
 */
export class ElectionLoop implements Election {
  private readonly options: ElectionLoopOptions;
  private timer?: NodeJS.Timeout;
  private turn: Promise<void> = Promise.resolve();
  private held?: HeldLease;
  private stopped = false;

  constructor(options: ElectionLoopOptions) {
    this.options = options;
  }

  isLeader(): boolean {
    return (
      this.held !== undefined && this.options.monotonic() < this.held.deadline
    );
  }

  start(): void {
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.turn;
    if (!this.held) return;
    const { epoch } = this.held;
    try {
      await this.depose();
      await this.options.keeper.release(epoch);
    } catch (error) {
      // The others wait until it expires.
      this.options.onError(error);
    }
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.turn = this.tick().then(
        () => this.schedule(this.options.renewMs),
        error => {
          this.options.onError(error);
          this.schedule(this.options.renewMs);
        },
      );
    }, delayMs);
    this.timer.unref();
  }

  private async tick(): Promise<void> {
    const { keeper, onElected, onError } = this.options;
    if (this.held) {
      try {
        const deadline = await keeper.renew(this.held.epoch);
        if (deadline === undefined) await this.depose();
        else this.held = { ...this.held, deadline };
      } catch (error) {
        onError(error);
        if (!this.isLeader()) await this.depose();
      }
      return;
    }
    this.held = await keeper.acquire();
    if (!this.held) return;
    try {
      await onElected(this.held.epoch);
    } catch (error) {
      await this.depose();
      throw error;
    }
  }

  private async depose(): Promise<void> {
    this.held = undefined;
    await this.options.onDeposed();
  }
}
