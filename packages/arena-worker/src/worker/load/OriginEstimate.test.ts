import { OriginEstimate } from './OriginEstimate';

describe('the estimate of the start of a load test', () => {
  it('knows nothing before an answer', () => {
    const origin = new OriginEstimate();
    expect([origin.best, origin.firstAt]).toEqual([undefined, undefined]);
  });

  it('takes the answer with the shortest round trip', () => {
    const origin = new OriginEstimate();
    // It starts at 5000; the answers are made at the end, in the middle, at the beginning of their way.
    origin.add({ askedAt: 1_000, answeredAt: 1_300, nowMs: -3_700 });
    origin.add({ askedAt: 2_000, answeredAt: 2_010, nowMs: -2_995 });
    origin.add({ askedAt: 3_000, answeredAt: 3_200, nowMs: -2_000 });
    expect(origin.best).toEqual({ originMs: 5_000, roundTripMs: 10 });
    expect(origin.firstAt).toBe(1_300);
  });

  it('is wrong by half a round trip at most, whenever answers are made', () => {
    const start = 12_345;
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = numbers(seed);
      const origin = new OriginEstimate();
      let shortest = Infinity;
      for (let n = 0; n < 5; n += 1) {
        const askedAt = 1_000 * n + 500 * random();
        const roundTrip = 400 * random();
        const madeAt = askedAt + roundTrip * random();
        origin.add({
          askedAt,
          answeredAt: askedAt + roundTrip,
          nowMs: madeAt - start,
        });
        shortest = Math.min(shortest, roundTrip);
      }
      const { originMs = NaN } = origin.best ?? {};
      expect(Math.abs(originMs - start)).toBeLessThanOrEqual(
        shortest / 2 + 1e-6,
      );
    }
  });
});

function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
