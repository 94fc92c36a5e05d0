import { useMemo } from 'react';
import {
  ItemStatus,
  RunItemOrder,
  RunItemsQuery,
} from '@backstage-arena/plugin-arena-common';
import { useSearchState } from '../../shell';

/** Verdicts, worst first. */
export const ITEM_STATUSES: ItemStatus[] = ['failed', 'errored', 'passed'];

const ORDERS: RunItemOrder[] = [
  'index',
  'durationMs',
  'cost',
  'outputTokens',
  'finishedAt',
];

function optional<T>(values: T[]): T[] | undefined {
  return values.length > 0 ? values : undefined;
}

/** Filters, order and the open item of the items table, in the address. */
export function useItemsFilter() {
  const search = useSearchState();
  const query = useMemo<RunItemsQuery>(
    () => ({
      status: optional(
        ITEM_STATUSES.filter(one => search.getAll('status').includes(one)),
      ),
      scenario: optional(search.getAll('scenario')),
      provider: optional(search.getAll('provider')),
      label: optional(search.getAll('label')),
      withoutLabel: optional(search.getAll('withoutLabel')),
      orderBy: ORDERS.find(one => one === search.get('orderBy')) ?? 'index',
      order: search.get('order') === 'desc' ? 'desc' : 'asc',
    }),
    [search],
  );
  const opened = search.get('item');
  return {
    query,
    /** Index of the item whose transcript is open. */
    opened: opened && /^\d+$/.test(opened) ? Number(opened) : undefined,
    isFiltered: Boolean(
      query.status ||
        query.scenario ||
        query.provider ||
        query.label ||
        query.withoutLabel,
    ),
    change: search.set,
    open: (index: number | undefined) =>
      search.set({ item: index === undefined ? undefined : String(index) }),
  };
}
