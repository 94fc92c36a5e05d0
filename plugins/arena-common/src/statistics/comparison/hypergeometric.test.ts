import fc from 'fast-check';
import {
  chanceFrom,
  chanceUpTo,
  convolve,
  hypergeometric,
  repeated,
} from './hypergeometric';

function choose(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 0; i < k; i += 1) {
    result = (result * BigInt(n - i)) / BigInt(i + 1);
  }
  return result;
}

describe('hypergeometric', () => {
  it('equals the definition by binomial coefficients', () => {
    const urn = fc.integer({ min: 1, max: 40 }).chain(total =>
      fc.record({
        total: fc.constant(total),
        good: fc.integer({ min: 0, max: total }),
        drawn: fc.integer({ min: 0, max: total }),
      }),
    );
    fc.assert(
      fc.property(urn, ({ total, good, drawn }) => {
        const { from, chances } = hypergeometric({ total, good, drawn });
        Array.from(chances).forEach((chance, i) => {
          const x = from + i;
          const exact =
            Number(
              (choose(good, x) * choose(total - good, drawn - x) * 10n ** 15n) /
                choose(total, drawn),
            ) / 1e15;
          expect(chance).toBeCloseTo(exact, 10);
        });
        expect(chanceUpTo({ from, chances }, total)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('does not overflow for many', () => {
    const many = hypergeometric({ total: 20_000, good: 18_000, drawn: 10_000 });
    expect(chanceUpTo(many, 9_000)).toBeCloseTo(0.5, 1);
    expect(chanceFrom(many, 9_100)).toBeLessThan(1e-5);
  });

  it('adds up', () => {
    const coin = { from: 0, chances: [0.5, 0.5] };
    const three = convolve(convolve(coin, coin), coin);
    expect(Array.from(three.chances)).toEqual([0.125, 0.375, 0.375, 0.125]);
    expect(repeated(coin, 3)).toEqual(three);
    expect(repeated(coin, 13).chances).toHaveLength(14);
    expect(chanceUpTo(three, 1)).toBe(0.5);
    expect(chanceFrom(three, 3)).toBe(0.125);
  });
});
