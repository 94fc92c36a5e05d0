import { useCallback, useMemo, useRef } from 'react';
import { JobsQuery } from '@backstage-arena/plugin-arena-common';
import { SearchChanges, useSearchState } from '../../shell';

const ORDERS = ['created', 'name', 'phase'] as const;
/** Rows per page that a reader can choose. */
export const PAGE_SIZES = [20, 50, 100];

/** Filters, order and page of the jobs table of a cluster. All of it is in the address, so that a view can be sent to someone. */
export function useJobsFilter(cluster: string) {
  const search = useSearchState();
  const earlier = useRef<Array<{ cursor?: string; offset: number }>>([]);

  const query = useMemo<JobsQuery>(() => {
    const orderBy = ORDERS.find(one => one === search.get('orderBy'));
    const limit = Number(search.get('limit'));
    return {
      cluster,
      namespace: search.get('namespace'),
      phase: optional(search.getAll('phase')),
      type: optional(search.getAll('type')),
      source: search.get('source'),
      search: search.get('search'),
      orderBy: orderBy ?? 'created',
      order: search.get('order') === 'asc' ? 'asc' : 'desc',
      limit: PAGE_SIZES.includes(limit) ? limit : PAGE_SIZES[0],
      cursor: search.get('cursor'),
    };
  }, [search, cluster]);
  const offset = Number(search.get('offset')) || 0;

  /** Another filter or order begins again on the first page. */
  const change = useCallback(
    (changes: SearchChanges) => {
      earlier.current = [];
      search.set({ ...changes, cursor: undefined, offset: undefined });
    },
    [search],
  );

  const next = useCallback(
    (nextCursor: string) => {
      earlier.current.push({ cursor: query.cursor, offset });
      search.set({
        cursor: nextCursor,
        offset: String(offset + (query.limit ?? 0)),
      });
    },
    [search, query.cursor, query.limit, offset],
  );

  const previous = useCallback(() => {
    // Whoever came by a link has no way back but to the first page.
    const page = earlier.current.pop();
    search.set({
      cursor: page?.cursor,
      offset: page?.offset ? String(page.offset) : undefined,
    });
  }, [search]);

  const isFiltered = Boolean(
    query.namespace ||
      query.phase ||
      query.type ||
      query.source ||
      query.search,
  );
  return { query, offset, isFiltered, change, next, previous };
}

function optional(values: string[]): string[] | undefined {
  return values.length > 0 ? values : undefined;
}
