import { distance } from 'fastest-levenshtein';

/**
 * The one of the known words that a misspelt word probably stands for.
 *
 * @internal
 */
export function suggest(
  word: string,
  known: Iterable<string>,
): string | undefined {
  const wanted = word.toLocaleLowerCase('en-US');
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  // Distances are quadratic in length: a text this long is no misspelling.
  if (wanted.length > 100) {
    return undefined;
  }
  for (const candidate of known) {
    const current = distance(wanted, candidate.toLocaleLowerCase('en-US'));
    if (current < bestDistance) {
      best = candidate;
      bestDistance = current;
    }
  }
  return best;
}
