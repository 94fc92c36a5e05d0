/** Attempts by number: nearly all from 0 to some number, and a few more. */
export class AttemptSet {
  /** All below it are in it. */
  #below = 0;
  readonly #others = new Set<number>();

  add(attempt: number): void {
    this.#others.add(attempt);
    while (this.#others.delete(this.#below)) this.#below += 1;
  }

  has(attempt: number): boolean {
    return attempt < this.#below || this.#others.has(attempt);
  }
}
