/** A signal that comes again this soon is the same one: npm and the terminal both pass it on. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Calls `first` when the process is asked to stop, and `again` when whoever asked does not want to wait.
 *
 * @returns a function that stops listening.
 */
export function onInterrupt(handlers: {
  first: (signal: NodeJS.Signals) => void;
  again: (signal: NodeJS.Signals) => void;
}): () => void {
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      handlers.first(signal);
    } else if (now - firstAt > SAME_SIGNAL_MS) {
      handlers.again(signal);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}
