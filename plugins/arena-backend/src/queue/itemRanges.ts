/** Half-open range of item indexes that are to be executed with the same attempt number. */
export type ItemRange = [from: number, to: number, attempt: number];

/** An item with the number of its execution. */
export interface ItemAttempt {
  index: number;
  attempt: number;
}

/** How many items the ranges hold. */
export function countItems(ranges: readonly ItemRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** Sorts ranges by index and joins neighbours of the same attempt. */
export function normalizeRanges(ranges: readonly ItemRange[]): ItemRange[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const result: ItemRange[] = [];
  for (const [from, to, attempt] of sorted) {
    const last = result[result.length - 1];
    if (last && last[1] === from && last[2] === attempt) last[1] = to;
    else result.push([from, to, attempt]);
  }
  return result;
}

/** Joins indexes, in any order, to ranges. Repeated indexes count once. */
export function rangesOf(
  indexes: Iterable<number>,
  attempt: number,
): ItemRange[] {
  const sorted = [...new Set(indexes)].sort((a, b) => a - b);
  const result: ItemRange[] = [];
  for (const index of sorted) {
    const last = result[result.length - 1];
    if (last && last[1] === index) last[1] = index + 1;
    else result.push([index, index + 1, attempt]);
  }
  return result;
}

/**
 * Takes items out of ranges. Indexes that are in none of them are left out of `taken`.
 *
 * Takes time in proportion to the ranges and the indexes, not to the items.
 */
export function takeItems(
  ranges: readonly ItemRange[],
  indexes: Iterable<number>,
): { taken: ItemAttempt[]; rest: ItemRange[] } {
  const sorted = [...new Set(indexes)].sort((a, b) => a - b);
  const taken: ItemAttempt[] = [];
  const rest: ItemRange[] = [];
  let next = 0;
  for (const [from, to, attempt] of [...ranges].sort((a, b) => a[0] - b[0])) {
    while (next < sorted.length && sorted[next] < from) next += 1;
    let start = from;
    while (next < sorted.length && sorted[next] < to) {
      const index = sorted[next];
      taken.push({ index, attempt });
      if (index > start) rest.push([start, index, attempt]);
      start = index + 1;
      next += 1;
    }
    if (start < to) rest.push([start, to, attempt]);
  }
  return { taken, rest };
}

/** The first `count` items of the ranges, and what is left of them. */
export function splitRanges(
  ranges: readonly ItemRange[],
  count: number,
): { head: ItemRange[]; tail: ItemRange[] } {
  const head: ItemRange[] = [];
  const tail: ItemRange[] = [];
  let wanted = count;
  for (const [from, to, attempt] of ranges) {
    const size = Math.min(wanted, to - from);
    if (size > 0) head.push([from, from + size, attempt]);
    if (from + size < to) tail.push([from + size, to, attempt]);
    wanted -= size;
  }
  return { head, tail };
}
