import {
  BudgetExhausted,
  BudgetLedger,
  CallBudget,
} from '@backstage-arena/arena-engine';
import { JournalEntry } from './datagen/DatasetJournal';

type BudgetEntry = Exclude<JournalEntry, { state: 'finished' }>;

/**
 * What a run in one process may spend. A call that does not fit waits, in the middle of its conversation, for what others give back; when no other is
 * under way it is refused.
 */
export class LocalBudget implements CallBudget {
  readonly #ledger: BudgetLedger;
  #waiting: Array<() => void> = [];

  /** @param note - remembers a call before it is made, and what it cost when it is over. Default: nobody does */
  constructor(
    limit: number,
    private readonly note: (entry: BudgetEntry) => void = () => {},
  ) {
    this.#ledger = new BudgetLedger(limit);
  }

  /** @throws BudgetExhausted */
  async reserve(most: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      try {
        this.#ledger.reserve(most);
        break;
      } catch (error) {
        const isFinal = this.#ledger.isIdle;
        if (isFinal || !(error instanceof BudgetExhausted)) throw error;
      }
      await this.#settled(signal);
    }
    this.note({ state: 'reserved', cost: most });
  }

  settle(reserved: number, cost: number): void {
    this.note({ state: 'settled', reserved, cost });
    this.#ledger.settle(reserved, cost);
    for (const resume of this.#waiting.splice(0)) resume();
  }

  #settled(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const go = () => {
        signal.removeEventListener('abort', go);
        resolve();
      };
      signal.addEventListener('abort', go, { once: true });
      this.#waiting.push(go);
    });
  }
}
