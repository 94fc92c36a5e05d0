import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router-dom';

/** Moves to another page of the app. */
export function useNavigateTo(): (href: string) => void {
  const navigate = useNavigate();
  return useCallback((href: string) => navigate(href), [navigate]);
}

/** Where the reader is. */
export function useCurrentLocation(): { pathname: string } {
  return useLocation();
}

/** Changes to search parameters: `undefined` and empty values remove one. */
export type SearchChanges = Record<
  string,
  string | readonly string[] | undefined
>;

/** The part of the page's state that lives in its address. */
export interface SearchState {
  get(key: string): string | undefined;
  getAll(key: string): string[];
  /** A step that the back button undoes has `push`. */
  set(changes: SearchChanges, options?: { push?: boolean }): void;
}

/** Reads and changes the search parameters of the address: the only place that knows of the router's. */
export function useSearchState(): SearchState {
  const [params, setParams] = useSearchParams();
  return useMemo(
    () => ({
      get: key => params.get(key) ?? undefined,
      getAll: key => params.getAll(key),
      set: (changes, options) =>
        setParams(
          current => {
            const next = new URLSearchParams(current);
            for (const [key, value] of Object.entries(changes)) {
              next.delete(key);
              const values = typeof value === 'string' ? [value] : value ?? [];
              values.filter(Boolean).forEach(one => next.append(key, one));
            }
            return next;
          },
          { replace: !options?.push },
        ),
    }),
    [params, setParams],
  );
}
