import { ItemStopped } from '../../conversation/errors';
import { ProviderError } from '../ChatProvider';
import { CallBudget } from './CallBudget';

/**
 * Sets aside what a call may cost at most, before it is made.
 *
 * @throws ItemStopped with what the budget says when so much is not left
 */
export async function reserve(
  budget: CallBudget,
  most: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await budget.reserve(most, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new ItemStopped(error);
  }
}

/** A call was refused before anything was made of it. */
export function isUnpaid(error: unknown): boolean {
  return (
    error instanceof ProviderError &&
    ['rate_limit', 'overload', 'auth', 'invalid_request'].includes(
      error.errorClass,
    )
  );
}
