/** A limit that is set: 0, and less, leaves it to the default. */
export function positive(limit: number | undefined): number | undefined {
  return limit !== undefined && limit > 0 ? limit : undefined;
}
