import * as fc from 'fast-check';
import { grantBudget } from './grantBudget';

const base = { limit: 100, granted: 0, workers: 4, wanted: 50 };

describe('a grant of a budget', () => {
  it('is what is wanted, at most a part of the fair share', () => {
    expect(grantBudget({ ...base, wanted: 2 })).toBe(2);
    expect(grantBudget(base)).toBe(100 / 16);
  });

  it('is at least what a call needs that could not be made, while there is so much', () => {
    expect(grantBudget({ ...base, granted: 90, missing: 9 })).toBe(9);
    expect(grantBudget({ ...base, granted: 90, missing: 11 })).toBe(0);
  });

  it('is nothing for who needs nothing, or when nothing is left', () => {
    expect(grantBudget({ ...base, wanted: 0 })).toBe(0);
    expect(grantBudget({ ...base, granted: 100, missing: 1 })).toBe(0);
  });

  it('never exceeds the limit, whoever asks for what', () => {
    const amount = fc.double({ min: 0, max: 30, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.record({ wanted: amount, missing: amount }), {
          maxLength: 200,
        }),
        fc.integer({ min: 0, max: 9 }),
        (requests, workers) => {
          let granted = 0;
          for (const request of requests) {
            granted += grantBudget({
              limit: 100,
              granted,
              workers,
              ...request,
            });
          }
          expect(granted).toBeLessThanOrEqual(100);
        },
      ),
    );
  });
});
