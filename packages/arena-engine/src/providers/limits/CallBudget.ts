/**
 * What calls may spend. Asked before each call for the most that it can cost, so that what is spent in the end is never above the limit.
 *
 * @public
 */
export interface CallBudget {
  /**
   * @param most - in the currency of the providers' prices
   * @throws when so much is not left; the call is not made then
   */
  reserve(most: number): void;
  /** A call is over: gives back what it did not cost. */
  settle(reserved: number, cost: number): void;
}
