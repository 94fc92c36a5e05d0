import { LoadOutcome, LoadWork, LoadWorkOptions } from './LoadWork';

/**
 * Takes part in the load test of a run until it is over, or the worker is to leave.
 *
 * @throws what {@link LoadWork.run} does
 */
export async function runLoad(
  options: LoadWorkOptions & {
    /** Aborts when the worker is to drain. */
    drain: AbortSignal;
  },
): Promise<LoadOutcome> {
  const { drain } = options;
  const work = new LoadWork(options);
  const onDrain = () => work.drain();
  drain.addEventListener('abort', onDrain, { once: true });
  if (drain.aborted) onDrain();
  try {
    return await work.run();
  } finally {
    drain.removeEventListener('abort', onDrain);
  }
}
