import { useCallback, useEffect, useRef } from 'react';

/** Calls at once, then at most once per interval; the last call is never lost. */
export function useThrottled(callback: () => void, intervalMs: number) {
  const latest = useRef(callback);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const lastCall = useRef(0);
  useEffect(() => {
    latest.current = callback;
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  return useCallback(() => {
    if (timer.current !== undefined) return;
    const run = () => {
      timer.current = undefined;
      lastCall.current = Date.now();
      latest.current();
    };
    const wait = lastCall.current + intervalMs - Date.now();
    if (wait <= 0) run();
    else timer.current = setTimeout(run, wait);
  }, [intervalMs]);
}
