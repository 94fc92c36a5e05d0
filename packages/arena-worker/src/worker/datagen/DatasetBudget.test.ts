import { BudgetExhausted } from '@backstage-arena/arena-engine';
import { ProtocolClient } from '../ProtocolClient';
import { DatasetBudget } from './DatasetBudget';

/** A budget whose backend answers with these in turn, and with the last one for ever. */
function open(answers: Array<{ granted: number; exhausted: boolean }>) {
  const asked: unknown[] = [];
  const client: Pick<ProtocolClient, 'post'> = {
    post: async (_path, body, schema) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(body);
      return schema.parse(answer);
    },
  };
  const budget = new DatasetBudget({
    client,
    workerId: 'w',
    limit: 10,
    workers: 1,
  });
  return { budget, asked };
}

const { signal } = new AbortController();

describe('DatasetBudget', () => {
  it('lets a call wait for its slice', async () => {
    const { budget, asked } = open([
      { granted: 1, exhausted: false },
      { granted: 1, exhausted: false },
      { granted: 3, exhausted: false },
    ]);
    await budget.reserve(2, signal);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    budget.settle(2, 0.5);
    await budget.reserve(2, signal);
  });

  it('waits for what other calls give back once nothing more is granted, and refuses when there are none', async () => {
    const { budget } = open([
      { granted: 3, exhausted: false },
      { granted: 3, exhausted: true },
    ]);
    const exhausted = jest.fn();
    budget.whenExhausted(exhausted);
    await budget.reserve(2, signal);
    const waiting = budget.reserve(2, signal);
    setTimeout(() => budget.settle(2, 0.5), 50);
    await waiting;
    expect(exhausted).toHaveBeenCalledTimes(1);
    budget.settle(2, 2);
    await expect(budget.reserve(2, signal)).rejects.toThrow(BudgetExhausted);
    expect(exhausted).toHaveBeenCalledTimes(1);
  });

  it('stops waiting with the attempt', async () => {
    const { budget } = open([{ granted: 0, exhausted: false }]);
    const attempt = new AbortController();
    const waiting = budget.reserve(1, attempt.signal);
    setTimeout(() => attempt.abort(new Error('lost')), 20);
    await expect(waiting).rejects.toThrow();
  });
});
