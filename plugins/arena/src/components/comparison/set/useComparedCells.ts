import { useCallback, useEffect, useRef, useState } from 'react';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  RunSetCellsQuery,
  RunSetRow,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../../api';

const PAGE_SIZE = 100;

interface Pages {
  key: string;
  /** Undefined until the first page is here. */
  total?: number;
  rows: ReadonlyMap<number, RunSetRow>;
  error?: Error;
}

/** What has been asked for a query. */
interface Asked {
  key: string;
  pages: Set<number>;
  controller: AbortController;
}

const begin = (key: string): Asked => ({
  key,
  pages: new Set(),
  controller: new AbortController(),
});

/** Cells that match, read where the reader looks: a list of any length can be entered at any place. */
export function useComparedCells(query: RunSetCellsQuery, version: number) {
  const api = useApi(arenaApiRef);
  const key = JSON.stringify([query, version]);
  const [pages, setPages] = useState<Pages>({ key, rows: new Map() });
  const asked = useRef<Asked>();
  // Now, and not in an effect: who shows the rows asks for them in one of his own, which comes before.
  if (asked.current?.key !== key) {
    asked.current?.controller.abort();
    asked.current = begin(key);
  }

  const read = useCallback(
    async (page: number, { pages: begun, controller }: Asked) => {
      begun.add(page);
      const { signal } = controller;
      const offset = page * PAGE_SIZE;
      const [wanted] = JSON.parse(key) as [RunSetCellsQuery, number];
      try {
        const { items, totalItems } = await api.comparedCells(
          { ...wanted, offset, limit: PAGE_SIZE },
          { signal },
        );
        if (signal.aborted) return;
        setPages(before => {
          const rows = new Map(before.key === key ? before.rows : []);
          items.forEach((row, index) => rows.set(offset + index, row));
          return { key, rows, total: totalItems };
        });
      } catch (error) {
        if (signal.aborted) return;
        begun.delete(page);
        setPages(before => ({
          ...(before.key === key ? before : { key, rows: new Map() }),
          error: toError(error),
        }));
      }
    },
    [api, key],
  );

  /** Has the rows read that are on the screen. */
  const see = useCallback(
    (first: number, last: number) => {
      if (asked.current?.key !== key) return;
      for (
        let page = Math.floor(first / PAGE_SIZE);
        page <= Math.floor(last / PAGE_SIZE);
        page += 1
      ) {
        if (!asked.current.pages.has(page)) read(page, asked.current);
      }
    },
    [key, read],
  );

  useEffect(() => {
    // An effect may be run anew, after it was cleaned up.
    if (asked.current?.controller.signal.aborted) asked.current = begin(key);
    see(0, 0);
    return () => asked.current?.controller.abort();
  }, [key, see]);

  const isCurrent = pages.key === key;
  return {
    // The old rows stay until the new ones are here, so that nothing jumps.
    total: pages.total,
    rows: pages.rows,
    error: isCurrent ? pages.error : undefined,
    isStale: !isCurrent,
    see,
  };
}
