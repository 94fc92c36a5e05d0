/**
 * The indexes of all items of a run that have a result.
 *
 * @param {(path: string) => Promise<any>} get - asks the API of the portal
 * @param {string} runId
 * @returns {Promise<number[]>}
 */
export async function allIndexes(get, runId) {
  const indexes = [];
  let cursor;
  do {
    const page = await get(
      `/runs/${runId}/items?limit=500${
        cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
      }`,
    );
    indexes.push(...page.items.map(({ index }) => index));
    cursor = page.nextCursor;
  } while (cursor);
  return indexes;
}
