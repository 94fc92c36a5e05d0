import { closest, distance } from 'fastest-levenshtein';

/** The candidate that was probably meant, when one is near enough. */
export function nearMiss(
  name: string,
  candidates: readonly string[],
): string | undefined {
  if (candidates.length === 0 || name === '') return undefined;
  const best = closest(name, candidates as string[]);
  const allowed = Math.max(2, Math.floor(name.length / 3));
  return best !== name && distance(name, best) <= allowed ? best : undefined;
}
