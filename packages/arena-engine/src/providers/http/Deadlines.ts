interface Entry {
  at: number;
  expire: () => void;
}

/**
 * Ends what takes too long. All entries have the same limit, so they expire in the order in which they came and one timer serves
 * them all.
 */
export class Deadlines {
  private readonly entries = new Set<Entry>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly limitMs: number) {}

  /** @returns a function that takes the deadline back */
  start(expire: () => void): () => void {
    const entry = { at: performance.now() + this.limitMs, expire };
    this.entries.add(entry);
    // A timer that is armed fires before any later entry is due.
    this.timer ??= setTimeout(this.sweep, this.limitMs).unref();
    return () => this.entries.delete(entry);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.entries.clear();
  }

  private readonly sweep = () => {
    this.timer = undefined;
    const now = performance.now();
    for (const entry of this.entries) {
      if (entry.at > now) {
        this.timer = setTimeout(this.sweep, entry.at - now).unref();
        break;
      }
      this.entries.delete(entry);
      entry.expire();
    }
  };
}
