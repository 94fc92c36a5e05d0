import { RunItemOrder } from '@backstage-arena/plugin-arena-common';
import { ItemsCursor } from './itemsCursor';
import { ItemsEstimate, ItemsFilter } from './itemsFilter';
import { RunItemRow } from './tables';

/** Columns by which lists are ordered. */
export const ORDER_COLUMNS = {
  index: 'idx',
  durationMs: 'duration_ms',
  cost: 'cost',
  outputTokens: 'output_tokens',
  finishedAt: 'finished_at',
} as const satisfies Record<RunItemOrder, keyof RunItemRow>;

/** A validated request for one page. */
export interface ItemsPageRequest {
  orderBy: RunItemOrder;
  desc: boolean;
  limit: number;
  filter: ItemsFilter;
  /** Absent when nothing is filtered. */
  estimate?: ItemsEstimate;
  /** Where the page before ended. */
  after?: ItemsCursor;
}
