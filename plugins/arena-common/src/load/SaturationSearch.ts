import type { LoadSearch } from './LoadProfile';
import type { SearchResult } from './LoadReport';

/**
 * Looks for the highest good rate: doubles it until it is not good any more, then halves the interval between the highest good and the lowest bad
 * rate until that is as narrow as asked for.
 *
 * @public
 */
export class SaturationSearch {
  private readonly steps: SearchResult['steps'] = [];
  private rate?: number;
  private good = 0;
  private bad = Infinity;

  constructor(private readonly options: LoadSearch) {
    this.rate = options.startRPS;
  }

  /** The rate to try; undefined when the search is over. */
  get next(): number | undefined {
    return this.rate;
  }

  /** Tells of a rate that was tried. */
  record(step: SearchResult['steps'][number]): void {
    this.steps.push(step);
    if (step.good) this.good = step.rate;
    else this.bad = step.rate;
    this.rate = this.choose();
  }

  get result(): SearchResult {
    return {
      ...(this.good > 0 && { rate: this.good }),
      reason: this.reason,
      steps: [...this.steps],
    };
  }

  private choose(): number | undefined {
    const { good, bad, options } = this;
    const { maxRPS, precision } = options;
    if (bad === Infinity) {
      return good < maxRPS ? Math.min(maxRPS, good * 2) : undefined;
    }
    // The first rate was too high already: what is below it is looked through from nothing.
    const middle = Math.floor((good + bad) / 2);
    if (middle <= good || bad - good <= precision * good) return undefined;
    return middle;
  }

  private get reason(): string {
    if (this.rate !== undefined) return `stopped before ${this.rate}/s`;
    if (this.good === 0) return `no rate met slo, not even ${this.bad}/s`;
    return this.bad === Infinity
      ? `${this.good}/s is the highest rate that was allowed`
      : `${this.bad}/s was not good`;
  }
}
