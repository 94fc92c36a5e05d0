/** A job that waits. */
export interface Waiter {
  name: string;
  uid: string;
  /** RFC 3339. */
  createdAt: string;
}

/** The jobs of a namespace that wait for its limits, oldest first. */
export class WaitingLine {
  /** Sorted: there may be thousands, and each asks for its place again and again. */
  private readonly waiters: Waiter[] = [];
  private readonly byName = new Map<string, Waiter>();

  /** Lets a job wait, once. */
  add(waiter: Waiter): void {
    const known = this.byName.get(waiter.name);
    if (known?.uid === waiter.uid) return;
    if (known) this.remove(known.name);
    this.waiters.splice(this.search(waiter), 0, waiter);
    this.byName.set(waiter.name, waiter);
  }

  remove(name: string): void {
    const waiter = this.byName.get(name);
    if (!waiter) return;
    this.waiters.splice(this.search(waiter), 1);
    this.byName.delete(name);
  }

  get first(): Waiter | undefined {
    return this.waiters[0];
  }

  /** How many older ones there are. */
  before(waiter: Waiter): number {
    return this.search(waiter);
  }

  /** Position of a waiter, or where it would be. */
  private search(waiter: Waiter): number {
    let low = 0;
    let high = this.waiters.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (isOlder(this.waiters[middle], waiter)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isOlder(a: Waiter, b: Waiter): boolean {
  const byAge = Date.parse(a.createdAt) - Date.parse(b.createdAt);
  return byAge === 0 ? a.name < b.name : byAge < 0;
}
