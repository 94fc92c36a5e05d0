import * as fc from 'fast-check';
import { SaturationSearch } from './SaturationSearch';

describe('the search for the highest good rate', () => {
  it('finds the limit within the precision, in few steps', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 1, max: 200 }),
        (limit, startRPS) => {
          const search = new SaturationSearch({
            startRPS,
            maxRPS: 10_000,
            stepDurationMs: 1,
            precision: 0.05,
          });
          for (let step = 0; search.next !== undefined; step += 1) {
            expect(step).toBeLessThan(30);
            search.record({
              rate: search.next,
              good: search.next <= limit,
              reason: '',
            });
          }
          const { rate = 0 } = search.result;
          expect(rate).toBeLessThanOrEqual(limit);
          expect(rate * 1.05 + 1).toBeGreaterThanOrEqual(limit);
        },
      ),
    );
  });

  it('says why it ended', () => {
    const run = (limit: number) => {
      const search = new SaturationSearch({
        startRPS: 2,
        maxRPS: 8,
        stepDurationMs: 1,
        precision: 0.05,
      });
      while (search.next !== undefined) {
        search.record({
          rate: search.next,
          good: search.next <= limit,
          reason: '',
        });
      }
      return search.result;
    };
    expect(run(100)).toMatchObject({
      rate: 8,
      reason: '8/s is the highest rate that was allowed',
    });
    expect(run(5)).toMatchObject({ rate: 5, reason: '6/s was not good' });
    expect(run(0)).toMatchObject({ reason: 'no rate met slo, not even 1/s' });
  });
});
