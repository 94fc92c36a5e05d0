/** Does something again and again, never twice at once. Returns what stops it, which waits for what is under way. */
export function startTimer(options: {
  /** Pause between the end of one and the begin of the next. */
  intervalMs: number;
  work: () => Promise<void>;
  onError: (error: Error) => void;
}): () => Promise<void> {
  const { intervalMs, work, onError } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  const schedule = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      current = work()
        .catch(error =>
          onError(error instanceof Error ? error : new Error(String(error))),
        )
        .then(schedule);
    }, intervalMs);
    timer.unref();
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await current;
  };
}
