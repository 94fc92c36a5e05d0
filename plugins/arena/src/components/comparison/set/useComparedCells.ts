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

/** Cells that match, read where the reader looks: a list of any length can be entered at any place. */
export function useComparedCells(query: RunSetCellsQuery, version: number) {
  const api = useApi(arenaApiRef);
  const key = JSON.stringify([query, version]);
  const [pages, setPages] = useState<Pages>({ key, rows: new Map() });
  const asked = useRef(new Set<number>());

  const read = useCallback(
    async (page: number, signal: AbortSignal) => {
      asked.current.add(page);
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
        asked.current.delete(page);
        setPages(before => ({ ...before, key, error: toError(error) }));
      }
    },
    [api, key],
  );

  const controller = useRef(new AbortController());
  useEffect(() => {
    const mine = new AbortController();
    controller.current = mine;
    asked.current = new Set();
    read(0, mine.signal);
    return () => mine.abort();
  }, [read]);

  /** Has the rows read that are on the screen. */
  const see = useCallback(
    (first: number, last: number) => {
      for (
        let page = Math.floor(first / PAGE_SIZE);
        page <= Math.floor(last / PAGE_SIZE);
        page += 1
      ) {
        if (!asked.current.has(page)) read(page, controller.current.signal);
      }
    },
    [read],
  );
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
