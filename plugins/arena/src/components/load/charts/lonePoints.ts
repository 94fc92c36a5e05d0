/** Positions of values with no value beside them; `null` when there are none. */
export function lonePoints(
  values: ArrayLike<number | null | undefined>,
): number[] | null {
  const found: number[] = [];
  // Before the first and after the last one there is nothing either.
  const isThere = (at: number) => typeof values[at] === 'number';
  for (let i = 0; i < values.length; i++) {
    if (isThere(i) && !isThere(i - 1) && !isThere(i + 1)) {
      found.push(i);
    }
  }
  return found.length > 0 ? found : null;
}
