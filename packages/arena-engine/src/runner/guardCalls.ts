import { ItemStopped } from '../conversation/errors';
import { ExecuteOptions } from '../Engine';

/** To be asked before each call that may cost money. It rejects when the call must not be made. */
export function guardCalls(
  beforeCall: ExecuteOptions['beforeCall'],
  signal: AbortSignal,
): () => Promise<void> {
  return async () => {
    signal.throwIfAborted();
    if (!beforeCall) return;
    try {
      await beforeCall();
    } catch (error) {
      throw new ItemStopped(error);
    }
  };
}
