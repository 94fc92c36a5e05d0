import { Lease, LeasedWork } from './Lease';

/** The leases that a worker has work under. */
export class HeldLeases implements Iterable<Lease> {
  readonly #leases = new Set<Lease>();
  readonly #onDoubt: () => void;
  /** When a lease turned out to be lost last. */
  #doubtedAt = -Infinity;

  /** @param onDoubt - told of each lease that nothing is begun under before the backend has been heard of it */
  constructor(onDoubt: () => void) {
    this.#onDoubt = onDoubt;
  }

  [Symbol.iterator](): Iterator<Lease> {
    return this.#leases.values();
  }

  get size(): number {
    return this.#leases.size;
  }

  /** Items that have begun and whose results are not acknowledged. */
  get unacknowledged(): number {
    let sum = 0;
    for (const lease of this.#leases) sum += lease.unacknowledged;
    return sum;
  }

  /** Items that have not begun. */
  get unstarted(): number {
    let sum = 0;
    for (const lease of this.#leases) sum += lease.unstarted;
    return sum;
  }

  /** @param requestedAt - `performance.now()` before the lease was asked for */
  add(lease: Lease, requestedAt: number): void {
    this.#leases.add(lease);
    // What it was granted before may be gone since.
    if (requestedAt <= this.#doubtedAt) this.#doubt(lease);
  }

  delete(lease: Lease): void {
    this.#leases.delete(lease);
  }

  dropDone(): void {
    for (const lease of this.#leases) {
      if (lease.isDone) this.#leases.delete(lease);
    }
  }

  /** Those under which nothing is under way. */
  idle(): Lease[] {
    return [...this.#leases].filter(lease => lease.unacknowledged === 0);
  }

  /** Begins items under leases that have not run out, at most so many. */
  start(most: number, begin: (lease: Lease, work: LeasedWork) => void): void {
    let free = most;
    for (const lease of this.#leases) {
      while (free > 0 && !lease.isExpired) {
        const work = lease.start();
        if (!work) break;
        free -= 1;
        begin(lease, work);
      }
    }
  }

  /**
   * A lease that is lost may have been taken back alone, or with all others, when the run was cancelled. Nothing is begun before that is
   * known: its places are free again, and would be filled from leases that are gone as well.
   */
  doubtAllBut(known: ReadonlySet<Lease>): void {
    this.#doubtedAt = performance.now();
    for (const lease of this.#leases) {
      if (!known.has(lease)) this.#doubt(lease);
    }
  }

  lose(reason: string): void {
    for (const lease of this.#leases) lease.lose(reason);
  }

  #doubt(lease: Lease): void {
    lease.doubt();
    this.#onDoubt();
  }
}
