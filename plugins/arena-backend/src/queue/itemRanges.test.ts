import fc from 'fast-check';
import {
  countItems,
  ItemRange,
  normalizeRanges,
  rangesOf,
  splitRanges,
  takeItems,
} from './itemRanges';

/** Disjoint ranges in order, with attempts. */
const ranges = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
    ),
    { maxLength: 10 },
  )
  .map(parts => {
    let next = 0;
    return parts.map(([gap, size, attempt]): ItemRange => {
      const from = next + gap;
      next = from + size;
      return [from, next, attempt];
    });
  });

/** Every item with its attempt. */
function expand(list: readonly ItemRange[]): string[] {
  return list
    .flatMap(([from, to, attempt]) =>
      Array.from({ length: to - from }, (_, offset) => [
        from + offset,
        attempt,
      ]),
    )
    .sort((a, b) => a[0] - b[0])
    .map(([index, attempt]) => `${index}:${attempt}`);
}

describe('item ranges', () => {
  it('keeps items and attempts when ranges are normalized', () => {
    fc.assert(
      fc.property(ranges, list => {
        const result = normalizeRanges([...list].reverse());
        expect(expand(result)).toEqual(expand(list));
        for (let index = 1; index < result.length; index += 1) {
          const [, to, attempt] = result[index - 1];
          expect(
            to < result[index][0] || attempt !== result[index][2],
          ).toBeTruthy();
        }
      }),
    );
  });

  it('joins indexes to ranges, each once', () => {
    expect(rangesOf([5, 3, 4, 9, 4], 2)).toEqual([
      [3, 6, 2],
      [9, 10, 2],
    ]);
  });

  it('takes items out and leaves all others', () => {
    fc.assert(
      fc.property(
        ranges,
        fc.array(fc.integer({ min: 0, max: 60 })),
        (list, indexes) => {
          const { taken, rest } = takeItems(list, indexes);
          const wanted = new Set(indexes);
          const all = expand(list);
          const isWanted = (item: string) =>
            wanted.has(Number(item.split(':')[0]));
          expect(
            taken.map(({ index, attempt }) => `${index}:${attempt}`),
          ).toEqual(all.filter(isWanted));
          expect(expand(rest)).toEqual(all.filter(item => !isWanted(item)));
        },
      ),
    );
  });

  it('splits off the first items', () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 0, max: 60 }), (list, count) => {
        const { head, tail } = splitRanges(list, count);
        expect(countItems(head)).toBe(Math.min(count, countItems(list)));
        expect([...expand(head), ...expand(tail)]).toEqual(expand(list));
      }),
    );
  });
});
