import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { arenaApiRef } from '../api';
import { LoadSeries } from './LoadSeries';
import { LoadView, LoadWatch } from './LoadWatch';

/** Follows the load test of a run as long as the component is on the screen; `undefined` follows none. */
export function useLoadWatch(runId: string | undefined): LoadWatch | undefined {
  const api = useApi(arenaApiRef);
  const watch = useMemo(
    () => (runId === undefined ? undefined : new LoadWatch({ api, runId })),
    [api, runId],
  );
  useEffect(() => {
    const controller = new AbortController();
    watch?.follow(controller.signal);
    return () => controller.abort();
  }, [watch]);
  return watch;
}

/** The state of a load test, live. Only who asks for it is drawn again. */
export function useLoadView(watch: LoadWatch): LoadView {
  return useSyncExternalStore(
    useCallback(listener => watch.subscribe(listener), [watch]),
    () => watch.view,
  );
}

/** Draws the component again when seconds come. */
export function useSeriesVersion(series: LoadSeries): number {
  return useSyncExternalStore(
    useCallback(listener => series.subscribe(listener), [series]),
    () => series.version,
  );
}

/** Whether there are any seconds yet. Drawn again once, not with each of them. */
export function useHasSeries(series: LoadSeries): boolean {
  return useSyncExternalStore(
    useCallback(listener => series.subscribe(listener), [series]),
    () => series.length > 0,
  );
}
