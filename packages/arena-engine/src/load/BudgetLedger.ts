import { CallBudget } from '../providers/limits/CallBudget';

/** There is not enough left for a call. @public */
export class BudgetExhausted extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BudgetExhausted';
  }
}

/**
 * Keeps what calls spend within a limit: what they may cost at most is set aside before they are made.
 *
 * @public
 */
export class BudgetLedger implements CallBudget {
  private settled = 0;
  private reserved = 0;
  /** Calls that are not over. */
  private open = 0;

  /**
   * @param limit - it can be raised
   * @param onExhausted - called when a call was refused while no other could give anything back
   */
  constructor(
    private limit: number,
    private readonly onExhausted: () => void = () => {},
  ) {}

  /** What calls cost that are over. */
  get spent(): number {
    return this.settled;
  }

  /** What another call may cost. */
  get left(): number {
    return this.limit - this.settled - this.reserved;
  }

  /** No call is open that could give anything back. */
  get isIdle(): boolean {
    return this.open === 0;
  }

  /** Sets a higher limit; a lower one changes nothing. */
  raiseTo(limit: number): void {
    this.limit = Math.max(this.limit, limit);
  }

  reserve(most: number): void {
    if (this.settled + this.reserved + most > this.limit) {
      if (this.open === 0) this.onExhausted();
      throw new BudgetExhausted(
        `A call may cost ${most}, and of ${this.limit} there are ${this.left} left`,
      );
    }
    this.reserved += most;
    this.open += 1;
  }

  settle(reserved: number, cost: number): void {
    this.open -= 1;
    // Amounts like 0.1 do not add up and down to nothing.
    this.reserved = this.open === 0 ? 0 : Math.max(0, this.reserved - reserved);
    this.settled += cost;
  }
}
