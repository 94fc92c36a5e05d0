/**
 * All items of a plan but some.
 *
 * @param without - indexes in ascending order
 */
export async function itemsWithout(
  without: AsyncIterable<number>,
  total: number,
): Promise<number[]> {
  const items: number[] = [];
  let next = 0;
  for await (const index of without) {
    for (; next < index; next += 1) items.push(next);
    next = index + 1;
  }
  for (; next < total; next += 1) items.push(next);
  return items;
}
