/**
 * Order of two resourceVersions of one kind: negative when the first is older.
 *
 * API servers give out decimal numbers, of which the greater is the newer; they may have more digits than a number can hold.
 */
export function compareVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** True for a version that an API server gave out. */
export function isVersion(text: string): boolean {
  return /^[1-9]\d{0,30}$|^0$/.test(text);
}
