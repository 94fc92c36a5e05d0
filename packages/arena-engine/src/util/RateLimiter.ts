import { pause } from './pause';

/** Spaces calls out: `burst` at once, then `rps` a second. */
export class RateLimiter {
  private readonly intervalMs: number;
  private readonly burst: number;
  /** When the bucket would be empty of debts. */
  private nextFree = 0;

  constructor(options: { rps: number; burst: number }) {
    this.intervalMs = 1_000 / options.rps;
    this.burst = Math.max(1, options.burst);
  }

  /** Waits for a turn, in the order of the calls. */
  async take(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const earliest = now - (this.burst - 1) * this.intervalMs;
    const slot = Math.max(this.nextFree, earliest);
    this.nextFree = slot + this.intervalMs;
    const wait = slot - now;
    if (wait > 0) await pause(wait, signal);
  }
}
