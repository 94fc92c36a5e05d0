/** One question and its answer; times on the clock of `performance.now`. */
export interface OriginSample {
  askedAt: number;
  answeredAt: number;
  /** From the start of the test, on the clock of whoever answered. */
  nowMs: number;
}

/**
 * When a test starts, on this process' clock: from answers that say how far it is. An answer was made some time between question and arrival, so
 * the estimate is wrong by half a round trip at most; the shortest one counts.
 */
export class OriginEstimate {
  #best: { originMs: number; roundTripMs: number } | undefined;
  #firstAt: number | undefined;

  add({ askedAt, answeredAt, nowMs }: OriginSample): void {
    this.#firstAt ??= answeredAt;
    const roundTripMs = answeredAt - askedAt;
    if (this.#best && this.#best.roundTripMs <= roundTripMs) return;
    const originMs = (askedAt + answeredAt) / 2 - nowMs;
    this.#best = { originMs, roundTripMs };
  }

  /** Undefined before the first answer. */
  get best(): { originMs: number; roundTripMs: number } | undefined {
    return this.#best;
  }

  /** When the first answer came. */
  get firstAt(): number | undefined {
    return this.#firstAt;
  }
}
