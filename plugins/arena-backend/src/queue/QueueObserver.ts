import { ItemError } from '@backstage-arena/plugin-arena-common';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLeaseRow } from '../runs/tables';
import { FinishedItem } from './finishedItem';

/** An execution that is to be repeated: what it has cost is not in the counters of the run. */
export interface RetriedItem
  extends Pick<
    FinishedItem,
    'provider_ix' | 'input_tokens' | 'output_tokens' | 'cached_tokens' | 'cost'
  > {
  errorClass: ItemError['class'];
}

/** Is told what a queue has done, once it is stored. Of several replicas, that which did it is told. */
export interface QueueObserver {
  /** Results were taken. */
  reported(
    run: PlannedRun,
    results: {
      finished: readonly FinishedItem[];
      retried: readonly RetriedItem[];
      /** How many were refused: counted before, or of another lease. */
      refused: number;
    },
  ): void;
  /** A lease was taken back. */
  expired(run: PlannedRun, kind: RunLeaseRow['kind']): void;
}
