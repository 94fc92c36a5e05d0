import { useMemo } from 'react';
import {
  RUN_SET_CHANGES,
  RUN_SET_LIMITS,
  RunSetCellsQuery,
  RunSetChange,
  RunSetOrder,
} from '@backstage-arena/plugin-arena-common';
import { useSearchState } from '../../../shell';

/** What the cells show. */
export type ShownFigure = 'passRate' | 'score' | 'durationMs' | 'cost';

export const SHOWN_FIGURES: readonly ShownFigure[] = [
  'passRate',
  'score',
  'durationMs',
  'cost',
];
export const ORDERS: readonly RunSetOrder[] = [
  'change',
  'plan',
  'passRate',
  'score',
  'durationMs',
  'cost',
];

/** Everything that the page shows: it all lies in its address, so that the address can be shared. */
export function useCompareState() {
  const search = useSearchState();
  return useMemo(() => {
    const runs = [
      ...new Set((search.get('runs') ?? '').split(',').filter(Boolean)),
    ].slice(0, RUN_SET_LIMITS.max);
    const change = search
      .getAll('change')
      .filter((one): one is RunSetChange =>
        (RUN_SET_CHANGES as readonly string[]).includes(one),
      );
    const within = runs.indexOf(search.get('in') ?? '') > 0;
    const query: RunSetCellsQuery = {
      run: runs,
      ...(change.length > 0 && { change }),
      ...(search.get('q') && { search: search.get('q') }),
      ...(within && { in: search.get('in') }),
      orderBy: oneOf(ORDERS, search.get('sort')) ?? 'change',
      order: search.get('order') === 'desc' ? 'desc' : 'asc',
    };
    return {
      runs,
      query,
      change,
      show: oneOf(SHOWN_FIGURES, search.get('show')) ?? 'passRate',
      cell: search.get('cell'),
      trial: trialOf(search.get('trial')),
      isFiltered: change.length > 0 || Boolean(query.search),
      /** Other runs, or the same in another order. */
      setRuns: (next: readonly string[]) =>
        search.set({ runs: next.join(','), cell: undefined }, { push: true }),
      set: search.set,
    };
  }, [search]);
}

export type CompareState = ReturnType<typeof useCompareState>;

/** Of what people count from one. */
function trialOf(value: string | undefined): number | undefined {
  return value && /^[1-9]\d{0,4}$/.test(value) ? Number(value) - 1 : undefined;
}

function oneOf<T extends string>(
  all: readonly T[],
  value: string | undefined,
): T | undefined {
  return all.find(one => one === value);
}
