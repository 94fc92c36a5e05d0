/** The items that a caller's signal stops: one listener on it serves them all. */
const followers = new WeakMap<AbortSignal, Set<ItemSignal>>();

function followersOf(parent: AbortSignal): Set<ItemSignal> {
  const known = followers.get(parent);
  if (known) return known;
  const items = new Set<ItemSignal>();
  followers.set(parent, items);
  const stop = () => items.forEach(item => item.abort(parent.reason));
  parent.addEventListener('abort', stop, { once: true });
  return items;
}

/**
 * The signal of one item: aborted when its time is up or when the caller aborts. `AbortSignal.any` would tie every item to the caller's
 * long-lived signal for good; this lets go of it.
 */
export class ItemSignal {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly siblings: Set<ItemSignal>;
  private expired = false;
  private giveUp?: (reason: unknown) => void;

  constructor(parent: AbortSignal, timeoutMs: number) {
    this.siblings = followersOf(parent);
    this.siblings.add(this);
    this.timer = setTimeout(() => {
      this.expired = true;
      this.abort(new Error('timeout'));
    }, timeoutMs);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get timedOut(): boolean {
    return this.expired;
  }

  abort(reason: unknown): void {
    this.controller.abort(reason);
    this.giveUp?.(reason);
  }

  /** Ends the wait when the signal is aborted, even if what is waited for does not look at it. One at a time. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.giveUp = reject;
      if (this.signal.aborted) reject(this.signal.reason);
      work.then(resolve, reject);
    });
  }

  release(): void {
    clearTimeout(this.timer);
    this.siblings.delete(this);
    this.giveUp = undefined;
  }
}
