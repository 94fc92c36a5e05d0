import { ReportItem } from '@backstage-arena/arena-engine';

/** Counts what decides the exit status. */
export class Verdict {
  readonly #onlyFirstTrialCounts: boolean;
  readonly #minPassRate: number;
  #counted = 0;
  #passed = 0;

  /**
   * @param options - `onlyFirstTrialCounts`: the quirk of this name; `minPassRate` from 0 to 1, default 1
   */
  constructor(options: {
    onlyFirstTrialCounts: boolean;
    minPassRate?: number;
  }) {
    this.#onlyFirstTrialCounts = options.onlyFirstTrialCounts;
    this.#minPassRate = options.minPassRate ?? 1;
  }

  add(row: Pick<ReportItem, 'status' | 'variant' | 'trial'>): void {
    // The original engine only looks at the first of several trials and variants of a cell.
    const isLater = row.variant > 0 || row.trial > 0;
    if (this.#onlyFirstTrialCounts && isLater) return;
    this.#counted += 1;
    if (row.status === 'passed') this.#passed += 1;
  }

  get passed(): boolean {
    return (
      this.#counted > 0 && this.#passed >= this.#minPassRate * this.#counted
    );
  }
}
