/** A cell of a run, with what its items have measured: those that decide the verdict. */
export interface RunCell {
  /** What it is, the same in all runs. */
  name: string;
  scenario: string;
  /** Digest of the scenario's content. */
  scenarioKey: string;
  provider: string;
  region: string;
  variant: number;
  trials: number;
  firstItem: number;
  judged: number;
  passed: number;
  unjudged: number;
  scores: number;
  scoreSum: number;
  /** Of judged items. */
  durationSum: number;
  costSum: number;
}

/** What of an item counts. */
export const OUTCOMES = { none: 0, passed: 1, failed: 2 } as const;

/** A run as it is compared with others. */
export interface CountedRun {
  /** In the order of the plan. */
  cells: RunCell[];
  /** One of `OUTCOMES` for each item, by index. */
  outcomes: Uint8Array;
}
