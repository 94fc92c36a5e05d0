/** Work is fetched ahead for about this long, so that a worker neither waits for the backend nor hoards. */
const AHEAD_SECONDS = 2;
const MOST_AHEAD = 5_000;
/** The pace is measured over windows that grow from the first of these to the second: what is fast shows soon. */
const FIRST_WINDOW_MS = 100;
const LAST_WINDOW_MS = 1_000;

/**
 * Decides how many items to ask for. What runs slowly is hardly fetched ahead: at the end of a run a long queue in one worker
 * would keep the others idle.
 */
export class LeaseDemand {
  readonly #now: () => number;
  #windowStart: number;
  #windowMs = FIRST_WINDOW_MS;
  #finished = 0;
  #perSecond: number | undefined;

  constructor(options: { now?: () => number } = {}) {
    this.#now = options.now ?? (() => performance.now());
    this.#windowStart = this.#now();
  }

  /** An item was finished and acknowledged. */
  note(count: number): void {
    this.#roll();
    this.#finished += count;
  }

  /** How many items to ask for now; 0: enough is there. */
  wanted(state: { freeSlots: number; unstarted: number }): number {
    this.#roll();
    const ahead = Math.min(
      MOST_AHEAD,
      Math.ceil((this.#perSecond ?? 0) * AHEAD_SECONDS),
    );
    const low = state.freeSlots + Math.ceil(ahead / 2);
    if (state.unstarted >= low) return 0;
    return state.freeSlots + ahead - state.unstarted;
  }

  #roll(): void {
    const elapsedMs = this.#now() - this.#windowStart;
    if (elapsedMs < this.#windowMs) return;
    const perSecond = (this.#finished * 1_000) / elapsedMs;
    this.#perSecond = ((this.#perSecond ?? perSecond) + perSecond) / 2;
    this.#finished = 0;
    this.#windowStart = this.#now();
    this.#windowMs = Math.min(2 * this.#windowMs, LAST_WINDOW_MS);
  }
}
