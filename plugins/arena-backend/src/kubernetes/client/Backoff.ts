/** Delays that grow with each failure, and differ between those who failed at the same time. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #failures = 0;

  constructor(options: { firstMs: number; maxMs: number }) {
    this.#firstMs = options.firstMs;
    this.#maxMs = options.maxMs;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** How long to wait after one more failure: half of it fixed, half of it random. */
  next(): number {
    const full = Math.min(this.#firstMs * 2 ** this.#failures, this.#maxMs);
    this.#failures = Math.min(this.#failures + 1, 30);
    return full / 2 + (Math.random() * full) / 2;
  }

  reset(): void {
    this.#failures = 0;
  }
}
