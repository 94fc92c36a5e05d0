import * as fc from 'fast-check';
import { BudgetExhausted, BudgetLedger } from './BudgetLedger';

describe('the ledger of a budget', () => {
  it('never lets more be spent than the limit, whatever ends when', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            most: fc.integer({ min: 1, max: 100 }),
            share: fc.double({ min: 0, max: 1, noNaN: true }),
            settlesFirst: fc.boolean(),
          }),
          { maxLength: 100 },
        ),
        calls => {
          const ledger = new BudgetLedger(500);
          const refused: unknown[] = [];
          const open: Array<{ most: number; cost: number }> = [];
          for (const { most, share, settlesFirst } of calls) {
            const ended = settlesFirst ? open.shift() : undefined;
            if (ended) ledger.settle(ended.most, ended.cost);
            try {
              ledger.reserve(most);
              open.push({ most, cost: most * share });
            } catch (error) {
              refused.push(error);
            }
          }
          open.forEach(({ most, cost }) => ledger.settle(most, cost));
          expect(ledger.spent).toBeLessThanOrEqual(500);
          expect(refused.every(error => error instanceof BudgetExhausted)).toBe(
            true,
          );
        },
      ),
    );
  });

  it('is exhausted only when nothing can come back', () => {
    const exhausted = jest.fn();
    const ledger = new BudgetLedger(10, exhausted);
    ledger.reserve(8);
    expect(() => ledger.reserve(3)).toThrow(BudgetExhausted);
    expect(exhausted).not.toHaveBeenCalled();
    ledger.settle(8, 1);
    ledger.reserve(9);
    ledger.settle(9, 9);
    expect(() => ledger.reserve(1)).toThrow(
      'A call may cost 1, and of 10 there are 0 left',
    );
    expect(exhausted).toHaveBeenCalledTimes(1);
    ledger.raiseTo(11);
    ledger.reserve(1);
  });

  it('is exhausted when all calls are over, whatever their amounts leave behind', () => {
    const exhausted = jest.fn();
    const ledger = new BudgetLedger(1, exhausted);
    const amounts = [0.1, 0.2, 0.3];
    amounts.forEach(most => ledger.reserve(most));
    amounts.forEach(most => ledger.settle(most, 0.25));
    ledger.reserve(0.25);
    expect(() => ledger.reserve(0.01)).toThrow(BudgetExhausted);
    expect(exhausted).not.toHaveBeenCalled();
    ledger.settle(0.25, 0.25);
    expect(() => ledger.reserve(0.01)).toThrow(BudgetExhausted);
    expect(exhausted).toHaveBeenCalledTimes(1);
  });
});
