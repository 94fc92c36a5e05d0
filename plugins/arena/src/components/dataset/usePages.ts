import { useRef, useState } from 'react';
import { Query, useQuery } from '../../hooks/useQuery';

/** What is read a page at a time. */
export interface Pages<T> {
  query: Query<{ items: T[]; totalItems: number; nextCursor?: string }>;
  /** Items before the shown ones. */
  offset: number;
  /** Absent on the last page. */
  next?: () => void;
  /** Absent on the first page. */
  previous?: () => void;
}

/** Reads a list page by page, by its cursors. */
export function usePages<T>(
  load: (
    page: { limit: number; cursor?: string },
    signal: AbortSignal,
  ) => Promise<{ items: T[]; totalItems: number; nextCursor?: string }>,
  options: {
    pageSize: number;
    /** What is listed: with another one it starts again. */
    of: string;
  },
): Pages<T> {
  const { pageSize, of } = options;
  const [place, setPlace] = useState<{
    of: string;
    cursor?: string;
    page: number;
  }>({ of, page: 0 });
  const earlier = useRef<Array<string | undefined>>([]);
  const { cursor, page } =
    place.of === of ? place : { cursor: undefined, page: 0 };
  const query = useQuery(
    signal => load({ limit: pageSize, cursor }, signal),
    [of, cursor, pageSize],
    { keepPrevious: true },
  );
  const nextCursor = query.value?.nextCursor;
  return {
    query,
    offset: page * pageSize,
    next:
      nextCursor === undefined
        ? undefined
        : () => {
            if (page === 0) earlier.current = [];
            earlier.current.push(cursor);
            setPlace({ of, cursor: nextCursor, page: page + 1 });
          },
    previous:
      page === 0
        ? undefined
        : () => setPlace({ of, cursor: earlier.current.pop(), page: page - 1 }),
  };
}
