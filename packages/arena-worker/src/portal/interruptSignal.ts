import { EXIT } from '../cli/errors';
import { onInterrupt } from '../cli/onInterrupt';

/** Aborts on Ctrl-C, so that a command that follows something can end in order. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  onInterrupt({
    first: () => controller.abort(),
    again: () => process.exit(EXIT.interrupted),
  });
  return controller.signal;
}
