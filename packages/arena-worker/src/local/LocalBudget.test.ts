import { BudgetExhausted } from '@backstage-arena/arena-engine';
import { LocalBudget } from './LocalBudget';

const { signal } = new AbortController();
const nobody = () => {};

describe('LocalBudget', () => {
  it('lets a call wait for what others give back', async () => {
    const budget = new LocalBudget(3, nobody);
    await budget.reserve(2, signal);
    let isThere = false;
    const waiting = budget.reserve(2, signal).then(() => {
      isThere = true;
    });
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(isThere).toBe(false);
    budget.settle(2, 1);
    await waiting;
    budget.settle(2, 2);
    await expect(budget.reserve(1, signal)).rejects.toThrow(BudgetExhausted);
  });

  it('refuses a call that nothing will ever be enough for', async () => {
    const noted: object[] = [];
    const budget = new LocalBudget(1, entry => noted.push(entry));
    await expect(budget.reserve(2, signal)).rejects.toThrow(BudgetExhausted);
    expect(noted).toEqual([]);
    await budget.reserve(1, signal);
    budget.settle(1, 0.5);
    expect(noted).toEqual([
      { state: 'reserved', cost: 1 },
      { state: 'settled', reserved: 1, cost: 0.5 },
    ]);
  });

  it('stops waiting with the attempt', async () => {
    const budget = new LocalBudget(3, nobody);
    await budget.reserve(2, signal);
    const attempt = new AbortController();
    const waiting = budget.reserve(2, attempt.signal);
    attempt.abort(new Error('lost'));
    await expect(waiting).rejects.toThrow('lost');
  });
});
