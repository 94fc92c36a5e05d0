import { useEffect } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { LoadState } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { useNow } from '../hooks/useNow';
import { useQuery } from '../hooks/useQuery';
import { isRefusal } from '../lib/errors';

/** A list has many rows: pauses and changes may be seen a little later than on the page of a test. */
const READ_AGAIN_MS = 15_000;
const TICK_MS = 5_000;

/**
 * How far the load test of a run is, with its clock running between readings; `undefined` as long as it is not known.
 *
 * @param occasion - when it changes, the test may have begun or ended: it is read at once
 */
export function useLoadGlance(
  runId: string,
  occasion: string | undefined,
): LoadState | undefined {
  const api = useApi(arenaApiRef);
  const { value, error, reload } = useQuery(
    async signal => ({
      state: await api.load(runId, { signal }),
      readAt: Date.now(),
    }),
    [api, runId, occasion],
    { keepPrevious: true },
  );
  const isOver = value?.state.phase === 'over' || isRefusal(error);
  useEffect(() => {
    if (isOver) return undefined;
    const timer = setInterval(reload, READ_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isOver, reload]);
  const now = useNow(isOver ? undefined : TICK_MS);
  if (!value) return undefined;
  const { state, readAt } = value;
  return state.nowMs === undefined
    ? state
    : { ...state, nowMs: state.nowMs + Math.max(0, now - readAt) };
}
