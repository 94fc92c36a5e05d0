import {
  DependencyList,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { toError } from '@backstage/errors';

/** A value that comes from the server. */
export interface Query<T> {
  /** The newest value; stays while it is read again. */
  value: T | undefined;
  /** Why the last read failed. */
  error: Error | undefined;
  loading: boolean;
  /** Reads again and keeps the value meanwhile. */
  reload(): void;
  /** Changes the value in place, for live updates. */
  mutate(change: (value: T) => T): void;
}

interface State<T> {
  value?: T;
  error?: Error;
  loading: boolean;
  /** Which parameters the value belongs to. */
  key: number;
}

/**
 * Reads a value from the server, again when the parameters change. An answer that comes late never replaces a newer one.
 *
 * @param load - must be stable apart from `deps`
 * @param options - `keepPrevious`: shows the old value while that of new parameters is on its way
 */
export function useQuery<T>(
  load: (signal: AbortSignal) => Promise<T>,
  deps: DependencyList,
  options: { keepPrevious?: boolean } = {},
): Query<T> {
  const [state, setState] = useState<State<T>>({ loading: true, key: 0 });
  const [version, setVersion] = useState(0);
  const lastDeps = useRef<DependencyList>(deps);
  const key = useRef(0);

  useEffect(() => {
    const controller = new AbortController();
    const changed = deps.some((dep, i) => dep !== lastDeps.current[i]);
    lastDeps.current = deps;
    if (changed) key.current++;
    const mine = key.current;
    setState(current =>
      current.key === mine || options.keepPrevious
        ? { ...current, loading: true }
        : { loading: true, key: mine },
    );
    load(controller.signal).then(
      value => {
        if (!controller.signal.aborted) {
          setState({ value, loading: false, key: mine });
        }
      },
      error => {
        if (!controller.signal.aborted) {
          setState(current => ({
            ...current,
            key: mine,
            error: toError(error),
            loading: false,
          }));
        }
      },
    );
    return () => controller.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the caller names what `load` depends on
  }, [...deps, version]);

  const reload = useCallback(() => setVersion(current => current + 1), []);
  const mutate = useCallback(
    (change: (value: T) => T) =>
      setState(current =>
        current.value === undefined
          ? current
          : { ...current, value: change(current.value) },
      ),
    [],
  );
  return {
    value: state.value,
    error: state.error,
    loading: state.loading,
    reload,
    mutate,
  };
}
