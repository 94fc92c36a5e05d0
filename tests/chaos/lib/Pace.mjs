const FAST_MS = 60;
const SLOW_MS = 700;
const LAST_MS = 15;

/** How long models take: longer while something is going wrong, so that a run is still there when that is over, and little at the end. */
export class Pace {
  #ms = FAST_MS;

  callMs() {
    return this.#ms;
  }

  fast() {
    this.#ms = FAST_MS;
  }

  slow() {
    this.#ms = SLOW_MS;
  }

  last() {
    this.#ms = LAST_MS;
  }
}
