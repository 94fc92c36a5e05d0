/**
 * What calls may spend. Asked before each call for the most that it can cost, so that what is spent in the end is never above the limit.
 *
 * @public
 */
export interface CallBudget {
  /**
   * @param most - in the currency of the providers' prices
   * @param signal - ends the wait
   * @returns a promise when the call has to wait until so much is there; what was said before it is not lost meanwhile
   * @throws when so much is not left; the call is not made then
   */
  reserve(most: number, signal: AbortSignal): Promise<void> | void;
  /** A call is over: gives back what it did not cost. */
  settle(reserved: number, cost: number): void;
}
