/** What is asked for in a second: the larger one of the present second and the one before, so that it is seen at once when it grows. */
export class Demand {
  readonly #now: () => number;
  #second = -Infinity;
  #present = 0;
  #before = 0;

  /** @param now - milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(amount: number): void {
    this.#proceed();
    this.#present += amount;
  }

  get perSecond(): number {
    this.#proceed();
    return Math.max(this.#present, this.#before);
  }

  #proceed(): void {
    const second = Math.floor(this.#now() / 1_000);
    if (second === this.#second) return;
    this.#before = second === this.#second + 1 ? this.#present : 0;
    this.#present = 0;
    this.#second = second;
  }
}
