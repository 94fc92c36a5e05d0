import { BudgetExhausted } from '@backstage-arena/arena-engine';
import { LoadBudget } from './LoadBudget';

const minute = [{ durationMs: 60_000, from: 10, to: 10 }];

function make(limit = 100, workers = 2) {
  const clock = { now: 0 };
  const budget = new LoadBudget({
    profile: { budgetLimit: limit, stages: minute },
    workers,
    now: () => clock.now,
  });
  return { budget, clock };
}

describe("a worker's part of a budget", () => {
  it('lets no call be made before anything was granted', () => {
    const { budget } = make();
    expect(() => budget.reserve(0.000_001)).toThrow(BudgetExhausted);
    budget.grant(1);
    budget.reserve(0.000_001);
  });

  it('asks for a tenth of its share before it knows what a call costs, and for no more once it has that', () => {
    const { budget } = make(100, 2);
    expect(budget.state()).toEqual({ granted: 0, spent: 0, wanted: 5 });
    budget.grant(2);
    expect(budget.state()).toMatchObject({ granted: 2, wanted: 3 });
    budget.grant(5);
    expect(budget.state()).toMatchObject({ granted: 5, wanted: 0 });
  });

  it('wants more of its share for a test that is over soon', () => {
    const budget = new LoadBudget({
      profile: {
        budgetLimit: 10,
        stages: [{ durationMs: 5_000, from: 1, to: 1 }],
      },
      workers: 1,
    });
    expect(budget.state().wanted).toBeCloseTo(8, 9);
  });

  it('wants what the next two seconds need at the present rate', () => {
    const { budget, clock } = make();
    budget.grant(20);
    for (let second = 0; second < 3; second += 1) {
      for (let n = 0; n < 10; n += 1) {
        clock.now = second * 1_000 + n * 100;
        budget.reserve(0.3);
        budget.settle(0.3, 0.1);
      }
    }
    // Needed are 2 x 10 x 0.3, left are 20 - 30 x 0.1.
    expect(budget.state().wanted).toBe(0);
    for (let n = 0; n < 140; n += 1) {
      budget.reserve(0.1);
      budget.settle(0.1, 0.1);
    }
    // Left are 3, and the present second had 10 x 0.3 + 140 x 0.1.
    expect(budget.state().wanted).toBeCloseTo(2 * 17 - 3, 9);
    clock.now += 60_000;
    expect(budget.state().wanted).toBe(0);
  });

  it('always wants enough for some of the most expensive calls', () => {
    const { budget, clock } = make();
    budget.grant(5);
    budget.reserve(2);
    budget.settle(2, 2);
    clock.now = 30_000;
    expect(budget.state()).toMatchObject({ spent: 2, wanted: 4 * 2 - 3 });
  });

  it('misses what a call needs once nothing can come back, until it has that', () => {
    const { budget } = make();
    budget.grant(1);
    budget.reserve(0.9);
    expect(() => budget.reserve(0.5)).toThrow(BudgetExhausted);
    // It may give back enough.
    expect(budget.state().missing).toBeUndefined();
    budget.settle(0.9, 0.8);
    expect(() => budget.reserve(0.5)).toThrow(BudgetExhausted);
    expect(budget.state().missing).toBe(0.5);
    budget.grant(1.2);
    expect(budget.state().missing).toBe(0.5);
    budget.grant(1.3);
    expect(budget.state().missing).toBeUndefined();
    budget.reserve(0.5);
  });

  it('takes an amount that comes late for no less than it has', () => {
    const { budget } = make();
    budget.grant(3);
    budget.grant(2);
    expect(budget.state().granted).toBe(3);
    budget.reserve(3);
  });

  it('tells at each call that there is too little for the next ones', () => {
    const { budget } = make();
    const low = jest.fn();
    budget.whenLow(low);
    budget.grant(5);
    budget.reserve(1);
    expect(low).not.toHaveBeenCalled();
    budget.reserve(1);
    budget.reserve(1);
    expect(low).toHaveBeenCalledTimes(1);
  });

  it.each([1, 2, 3, 4, 5])(
    'lets workers together never spend more than the limit, whatever calls cost (%d)',
    seed => {
      const random = numbers(seed);
      const limit = 10;
      const workers = Array.from({ length: 3 }, () => ({
        ...make(limit, 3),
        granted: 0,
        open: [] as number[],
      }));
      let granted = 0;
      let spent = 0;
      const refused: unknown[] = [];
      for (let n = 0; n < 3_000; n += 1) {
        const worker = workers[Math.floor(random() * workers.length)];
        worker.clock.now = n * 10;
        const dice = random();
        if (dice < 0.1) {
          const { wanted, missing = 0 } = worker.budget.state();
          const left = limit - granted;
          const more = Math.max(missing, Math.min(wanted, left / 12));
          if (more <= left) {
            granted += more;
            worker.granted += more;
          }
          // The answer may be lost.
          if (random() < 0.8) worker.budget.grant(worker.granted);
        } else if (dice < 0.6) {
          const most = 0.05 * random();
          try {
            worker.budget.reserve(most);
            worker.open.push(most);
          } catch (error) {
            refused.push(error);
          }
        } else if (worker.open.length > 0) {
          const most = worker.open.shift()!;
          const cost = most * random();
          worker.budget.settle(most, cost);
          spent += cost;
        }
      }
      for (const { budget, open } of workers) {
        for (const most of open) {
          budget.settle(most, most);
          spent += most;
        }
      }
      const told = workers.reduce(
        (sum, { budget }) => sum + budget.state().spent,
        0,
      );
      expect(told).toBeCloseTo(spent, 9);
      expect(spent).toBeLessThanOrEqual(granted + 1e-9);
      expect(granted).toBeLessThanOrEqual(limit + 1e-9);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.every(error => error instanceof BudgetExhausted)).toBe(
        true,
      );
      expect(spent).toBeGreaterThan(0.8 * limit);
    },
  );
});

function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
