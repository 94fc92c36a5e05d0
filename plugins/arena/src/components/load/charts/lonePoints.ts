/** Positions of values with no value beside them; `null` when there are none. */
export function lonePoints(
  values: ArrayLike<number | null | undefined>,
): number[] | null {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    // == : before the first and after the last one there is nothing either.
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) {
      found.push(i);
    }
  }
  return found.length > 0 ? found : null;
}
