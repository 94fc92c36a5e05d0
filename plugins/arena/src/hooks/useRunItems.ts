import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { RunItem, RunItemsQuery } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';

const PAGE_SIZE = 200;

/** The part of a run's items that has been read. */
export interface RunItemsState {
  items: RunItem[];
  hasMore: boolean;
  loading: boolean;
  error: Error | undefined;
  /** Reads the next page, unless one is on its way. */
  loadMore(): void;
  /** Starts again from the first page; the old rows stay until it is here. */
  reload(): void;
}

interface Loaded {
  items: RunItem[];
  cursor?: string;
  complete: boolean;
  loading: boolean;
  error?: Error;
}

const EMPTY: Loaded = { items: [], complete: false, loading: true };

/** Items of a run, page by page as the reader scrolls. */
export function useRunItems(
  runId: string,
  query: Omit<RunItemsQuery, 'cursor' | 'limit'>,
): RunItemsState {
  const api = useApi(arenaApiRef);
  const key = JSON.stringify([runId, query]);
  const [state, setState] = useState<Loaded>(EMPTY);
  const current = useRef<{ controller?: AbortController; state: Loaded }>({
    state: EMPTY,
  });
  current.current.state = state;

  const loadRef = useRef<(mode: 'more') => void>(() => {});
  const load = useCallback(
    (mode: 'first' | 'again' | 'more') => {
      const { controller: busy, state: before } = current.current;
      if (mode === 'more' && (before.loading || before.complete)) return;
      busy?.abort();
      const controller = new AbortController();
      current.current.controller = controller;
      const [id, filter] = JSON.parse(key) as [string, RunItemsQuery];
      const started: Loaded =
        mode === 'first'
          ? EMPTY
          : { ...before, loading: true, error: undefined };
      current.current.state = started;
      setState(started);
      const cursor = mode === 'more' ? before.cursor : undefined;
      api.items(id, { ...filter, cursor, limit: PAGE_SIZE }, controller).then(
        page => {
          if (controller.signal.aborted) return;
          const items =
            mode === 'more' ? [...before.items, ...page.items] : page.items;
          // Of items with a label a page may be empty though others follow.
          const goOn = page.items.length === 0 && page.nextCursor !== undefined;
          const loaded: Loaded = {
            items,
            cursor: page.nextCursor,
            complete: page.nextCursor === undefined,
            loading: false,
          };
          setState({ ...loaded, loading: goOn });
          if (goOn) {
            current.current.state = loaded;
            loadRef.current('more');
          }
        },
        error => {
          if (controller.signal.aborted) return;
          setState({ ...started, loading: false, error: toError(error) });
        },
      );
    },
    [api, key],
  );

  loadRef.current = load;

  useEffect(() => {
    load('first');
    const owner = current.current;
    return () => owner.controller?.abort();
  }, [load]);

  return {
    items: state.items,
    hasMore: !state.complete,
    loading: state.loading,
    error: state.error,
    loadMore: useCallback(() => load('more'), [load]),
    reload: useCallback(() => load('again'), [load]),
  };
}
