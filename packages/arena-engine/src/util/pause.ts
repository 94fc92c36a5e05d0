import { setTimeout } from 'node:timers/promises';
import { timerMs } from './timerMs';

/** Waits; rejects with the signal's reason when it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(timerMs(ms), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
