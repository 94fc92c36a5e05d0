import fc from 'fast-check';
import { withOffsets } from '../plan/cells';
import { attemptCell, attemptSeed } from './attempts';
import { datasetProfileOf } from './DatasetProfile';
import {
  attemptsWanted,
  datasetEnd,
  emptyTally,
  withPoint,
  YieldPoint,
} from './DatasetTally';
import { bandsOf, minHash, similarity } from './MinHash';

const profile = { ...datasetProfileOf(undefined), count: 100 };

describe('attempts', () => {
  it('have seeds that follow from the seed of the run, and are all different', () => {
    const seeds = Array.from({ length: 200_000 }, (_, i) => attemptSeed(42, i));
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(Math.min(...seeds.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(attemptSeed(42, 7)).toBe(attemptSeed(42, 7));
    expect(attemptSeed(43, 7)).not.toBe(attemptSeed(42, 7));
  });

  it('take the items of the plan in turn, without end', () => {
    const plan = withOffsets({
      version: 1,
      engineVersion: '1',
      regions: ['default'],
      providers: [
        { id: 'p', group: 'default', type: 'mock', key: 'p' },
        { id: 'q', group: 'default', type: 'mock', key: 'q' },
      ],
      scenarios: [
        { id: 's', providers: [0, 1], variants: 1, trials: 1, key: 's' },
      ],
    });
    expect(
      [0, 1, 2, 1001].map(attempt => attemptCell(plan, attempt).provider.id),
    ).toEqual(['p', 'q', 'p', 'q']);
    expect(attemptCell(plan, 1001).index).toBe(1001);
  });
});

describe('the end of a dataset', () => {
  it.each([
    [{ rows: 100, attempts: 100, barren: 0 }, 'count'],
    [{ rows: 99, attempts: profile.maxAttempts, barren: 1 }, 'attempts'],
    [{ rows: 99, attempts: 999, barren: 999 }, undefined],
    [{ rows: 5, attempts: 1010, barren: 1000 }, 'attempts'],
  ])('of %j is %s', (tally, end) => {
    expect(datasetEnd(profile, tally)).toBe(end);
  });

  it('comes when a thousand attempts brought nothing', () => {
    expect(
      datasetEnd(
        { count: 10_000, maxAttempts: 100_000 },
        { rows: 5, attempts: 1_005, barren: 1_000 },
      ),
    ).toBe('yield');
  });
});

describe('attemptsWanted', () => {
  it('asks for as many as bring the missing rows at the yield so far', () => {
    const tally = emptyTally(profile);
    expect(attemptsWanted(profile, tally)).toBe(100);
    expect(attemptsWanted(profile, { ...tally, rows: 50, attempts: 100 })).toBe(
      100,
    );
    expect(attemptsWanted(profile, { ...tally, rows: 99, attempts: 990 })).toBe(
      10,
    );
    expect(attemptsWanted(profile, { ...tally, rows: 1, attempts: 995 })).toBe(
      5,
    );
    expect(
      attemptsWanted(profile, { ...tally, rows: 100, attempts: 150 }),
    ).toBe(0);
    // Of late there was less.
    expect(
      attemptsWanted(profile, {
        ...tally,
        rows: 99,
        attempts: 200,
        barren: 50,
      }),
    ).toBe(20);
  });
});

describe('the history of a dataset', () => {
  it('stays short and covers the whole time', () => {
    let history: YieldPoint[] = [];
    for (let i = 0; i < 5_000; i += 1) {
      history = withPoint(history, { at: i * 100, attempts: i, rows: i });
    }
    expect(history.length).toBeLessThanOrEqual(400);
    expect(history.length).toBeGreaterThan(50);
    expect(history[0].at).toBe(0);
    expect(history[history.length - 1].attempts).toBe(4_999);
  });

  it('stays short when everything happens at one moment', () => {
    let history: YieldPoint[] = [];
    for (let i = 0; i < 2_000; i += 1) {
      history = withPoint(history, { at: 5, attempts: i, rows: i });
    }
    expect(history.length).toBeLessThanOrEqual(401);
  });
});

describe('MinHash', () => {
  it('estimates how much of two texts is the same', () => {
    const text = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
    const half = Array.from({ length: 40 }, (_, i) =>
      i < 20 ? `word${i}` : `other${i}`,
    ).join(' ');
    expect(similarity(minHash(text), minHash(` ${text.toUpperCase()}`))).toBe(
      1,
    );
    const share = similarity(minHash(text), minHash(half));
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.6);
    expect(similarity(minHash(text), minHash('zzz yyy xxx'))).toBe(0);
  });

  it('finds texts that are similar enough by a band that they share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 3, maxLength: 12 }), {
          minLength: 60,
          maxLength: 80,
        }),
        words => {
          const one = minHash(words.join(' '));
          const other = minHash(words.slice(1).join(' '));
          if (similarity(one, other) < 0.85) return;
          const bands = new Set(bandsOf(one, 0.8));
          expect(bandsOf(other, 0.8).some(band => bands.has(band))).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has bands that a database can hold as whole numbers', () => {
    for (const threshold of [0.2, 0.5, 0.8, 0.95, 1]) {
      const bands = bandsOf(minHash('some text'), threshold);
      expect(bands.every(Number.isSafeInteger)).toBe(true);
      expect(Math.max(...bands)).toBeLessThan(2 ** 48);
    }
  });
});
