import * as fc from 'fast-check';
import { cellAt, withOffsets } from '../plan/cells';
import { ArrivalMix } from './ArrivalMix';

const plan = (options: { scenarios?: number; trials?: number } = {}) =>
  withOffsets({
    version: 1,
    engineVersion: '0',
    regions: ['eu', 'us'],
    providers: ['a', 'b'].map(id => ({
      id,
      group: 'default',
      type: 'mock',
      key: id,
    })),
    scenarios: Array.from({ length: options.scenarios ?? 3 }, (_, i) => ({
      id: `s${i}`,
      file: `scenarios/s${i}.yaml`,
      providers: [0, 1],
      variants: 1,
      trials: options.trials ?? 2,
      key: `s${i}`,
    })),
  });

describe('the mix of arrivals', () => {
  it('takes all items in turn when nothing is said', () => {
    const whole = plan();
    const mix = new ArrivalMix(whole);
    const items = Array.from({ length: whole.total }, (_, n) => mix.itemOf(n));
    expect([...items].sort((a, b) => a - b)).toEqual(
      Array.from({ length: whole.total }, (_, i) => i),
    );
  });

  it('gives cells their weights in every period, evenly mixed', () => {
    const whole = plan();
    const mix = new ArrivalMix(whole, [
      { scenario: 's0', provider: 'a', weight: 6 },
      { scenario: 'scenarios/s1.yaml', weight: 0 },
      { weight: 2 },
    ]);
    expect(mix.period).toBe(6);
    const cells = Array.from({ length: 60 }, (_, n) => {
      const { scenario, provider } = cellAt(whole, mix.itemOf(n));
      return `${scenario.id}${provider.id}`;
    });
    const count = (name: string, list = cells) =>
      list.filter(cell => cell === name).length;
    for (let from = 0; from < 60; from += 6) {
      const period = cells.slice(from, from + 6);
      expect(count('s0a', period)).toBe(3);
      expect(count('s0b', period)).toBe(1);
      expect(count('s2a', period)).toBe(1);
    }
    expect(count('s1a') + count('s1b')).toBe(0);
  });

  it('gives every share every cell, whatever the number of shares', () => {
    const whole = plan({ scenarios: 2, trials: 1 });
    const mix = new ArrivalMix(whole);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), shares => {
        for (let share = 0; share < shares; share += 1) {
          const cells = new Set<string>();
          for (let n = share; n < 4_000; n += shares) {
            const { scenario, provider } = cellAt(whole, mix.itemOf(n));
            cells.add(`${scenario.id}${provider.id}`);
          }
          expect(cells.size).toBe(4);
        }
      }),
    );
  });

  it('names what does not fit', () => {
    const message = (mix: ConstructorParameters<typeof ArrivalMix>[1]) => {
      try {
        return new ArrivalMix(plan(), mix).period;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message([{ provider: 'c', weight: 1 }])).toBe(
      'mix[0].provider: "c" is not in the run: allowed are a, b',
    );
    expect(message([{ weight: 1 }, { scenario: 'x*', weight: 1 }])).toBe(
      'mix[1].scenario: "x*" fits no scenario of the run',
    );
    expect(message([{ weight: 0 }])).toBe('mix: nothing has a weight above 0');
  });
});
