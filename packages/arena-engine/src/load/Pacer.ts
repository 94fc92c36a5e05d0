/** A timer may be late by a millisecond or so; the rest is waited for in the event loop. */
const SPIN_MS = 2;
/** Longest stretch of the event loop without work: one that takes longer did something. */
const IDLE_TURN_MS = 0.2;
/** Starts before other work gets its turn, when many are due. */
const MAX_BURST = 16;
/** Timers take no longer times than this. */
const MAX_TIMER_MS = 60_000;

export interface PacerOptions {
  /** When the next thing is due, on the clock of `performance.now`; undefined while nobody knows. */
  next: () => number | undefined;
  /** Does the next thing; it is due. */
  fire: () => void;
}

/** Does things when they are due: a timer to within two milliseconds, then turns of the event loop, which cost time but come in time. */
export class Pacer {
  private timer?: NodeJS.Timeout;
  private turn?: NodeJS.Immediate;
  private lastTurn?: number;
  private spun = 0;

  constructor(private readonly options: PacerOptions) {}

  /** To be called when there is something new. */
  wake(): void {
    if (this.turn) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.schedule();
  }

  /** Milliseconds that were spent waiting in the event loop since the last time this was asked. */
  takeSpinMs(): number {
    const { spun } = this;
    this.spun = 0;
    return spun;
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.turn);
    this.timer = undefined;
    this.turn = undefined;
  }

  private schedule(): void {
    const due = this.options.next();
    if (due === undefined) return;
    const wait = due - performance.now();
    if (wait > SPIN_MS) {
      this.lastTurn = undefined;
      this.timer = setTimeout(
        this.onTimer,
        Math.min(MAX_TIMER_MS, Math.floor(wait - SPIN_MS)),
      );
    } else {
      this.turn = setImmediate(this.onTurn);
    }
  }

  private readonly onTimer = () => {
    this.timer = undefined;
    this.work();
  };

  private readonly onTurn = () => {
    this.turn = undefined;
    const now = performance.now();
    const idle = this.lastTurn === undefined ? Infinity : now - this.lastTurn;
    if (idle < IDLE_TURN_MS) this.spun += idle;
    this.lastTurn = now;
    this.work();
  };

  private work(): void {
    for (let i = 0; i < MAX_BURST; i += 1) {
      const due = this.options.next();
      if (due === undefined || due > performance.now()) break;
      // What is done now is no waiting.
      this.lastTurn = undefined;
      this.options.fire();
    }
    this.schedule();
  }
}
