/** A worker gets at most this part of its share of what is left, so that the others have something to live on. */
const PART_OF_SHARE = 4;

/**
 * How much more of a budget a worker may spend. What it gets it need not give back: the sum of all that was granted is a bound of what is spent,
 * whatever becomes of the workers.
 *
 * @returns 0 when it needs nothing, or nothing is left
 */
export function grantBudget(options: {
  limit: number;
  /** Of the limit, to all workers. */
  granted: number;
  workers: number;
  /** What the worker would need more for a while. */
  wanted: number;
  /** What a call needs that it could not make. */
  missing?: number;
}): number {
  const { limit, granted, workers, wanted, missing = 0 } = options;
  const left = limit - granted;
  if (left <= 0 || (wanted <= 0 && missing <= 0)) return 0;
  const fair = left / (Math.max(1, workers) * PART_OF_SHARE);
  const amount = Math.max(missing, Math.min(wanted, fair));
  return amount > left ? 0 : amount;
}
