import { BudgetExhausted } from '@backstage-arena/arena-engine';
import * as fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProtocolClient } from '../ProtocolClient';
import { LeasedBudget } from './LeasedBudget';

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
  const budget = new LeasedBudget({
    client,
    workerId: 'w',
    limit: 10,
    workers: 1,
  });
  return { budget, asked };
}

const { signal } = new AbortController();

describe('LeasedBudget', () => {
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

  it('never spends more than the limit, whatever calls cost and slices are given', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.array(
          fc.array(
            fc.record({
              most: fc.double({ min: 0.01, max: 5, noNaN: true }),
              part: fc.double({ min: 0, max: 1, noNaN: true }),
            }),
            { maxLength: 15 },
          ),
          { minLength: 1, maxLength: 4 },
        ),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (limit, workers, parts) => {
          let lent = 0;
          let spent = 0;
          let over = false;
          const client = (): Pick<ProtocolClient, 'post'> => {
            let granted = 0;
            return {
              post: async (_path, body, schema) => {
                const { missing = 0 } = body as { missing?: number };
                const left = limit - lent;
                const more = Math.max(missing, left * parts.next().value);
                if (over || more > left) over ||= missing > 0;
                else {
                  lent += more;
                  granted += more;
                }
                return schema.parse({ granted, exhausted: over });
              },
            };
          };
          await Promise.all(
            workers.map(async (calls, index) => {
              const budget = new LeasedBudget({
                client: client(),
                workerId: `w${index}`,
                limit,
                workers: workers.length,
              });
              for (const { most, part } of calls) {
                try {
                  await budget.reserve(most, signal);
                } catch (error) {
                  if (!(error instanceof BudgetExhausted)) throw error;
                  continue;
                }
                spent += most * part;
                budget.settle(most, most * part);
              }
            }),
          );
          expect(lent).toBeLessThanOrEqual(limit * (1 + 1e-12));
          expect(spent).toBeLessThanOrEqual(lent * (1 + 1e-12));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('asks less and less often while others run and the slices do not suffice, and at once when they have ended', async () => {
    let granted = 10;
    const told: number[] = [];
    const asked: number[] = [];
    const client: Pick<ProtocolClient, 'post'> = {
      post: async (_path, body, schema) => {
        const { missing } = body as { missing?: number };
        if (missing !== undefined) told.push(missing);
        granted += missing ?? 0.001;
        asked.push(performance.now());
        return schema.parse({ granted, exhausted: false });
      },
    };
    const budget = new LeasedBudget({
      client,
      workerId: 'w',
      limit: 30,
      workers: 1,
    });
    await budget.reserve(9, signal);
    const from = performance.now();
    const before = asked.length;
    const waiting = Promise.all([1, 2].map(() => budget.reserve(9, signal)));
    await sleep(1_500);
    // After 0, 200, 600 and 1400 ms, instead of two each 200 ms.
    expect(asked.length - before).toBeGreaterThan(1);
    expect(asked.length - before).toBeLessThanOrEqual(5);
    expect(told).toEqual([]);
    budget.settle(9, 9);
    const settled = performance.now();
    while (told.length === 0) {
      expect(performance.now() - settled).toBeLessThan(1_000);
      await sleep(10);
    }
    budget.settle(9, 9);
    await waiting;
    expect(performance.now() - from).toBeLessThan(4_000);
    // A call that was made is not missing any more.
    budget.settle(9, 0.001);
    await budget.reserve(1, signal);
    await budget.reserve(0.5, signal);
    await sleep(50);
    expect(told).toEqual([9, 9]);
  });

  it('stops waiting with the attempt', async () => {
    const { budget } = open([{ granted: 0, exhausted: false }]);
    const attempt = new AbortController();
    const waiting = budget.reserve(1, attempt.signal);
    setTimeout(() => attempt.abort(new Error('lost')), 20);
    await expect(waiting).rejects.toThrow();
  });
});
