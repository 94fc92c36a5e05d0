const MOST_SEEDS = 10_000;

/**
 * Reads `7`, `3,7` and `1-100`, and what is put together of them.
 *
 * @param {string} flag - named in errors
 * @param {string} text
 * @returns {number[]}
 */
export function parseSeeds(flag, text) {
  const seeds = text.split(',').flatMap(part => {
    const [, from, to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from)) {
      throw new Error(
        `${flag}: '${part}' is no seed: allowed are numbers such as 7, and ranges such as 1-100`,
      );
    }
    const count = Number(to) - Number(from) + 1;
    if (count > MOST_SEEDS) {
      throw new Error(`${flag}: '${part}' has more than ${MOST_SEEDS} seeds`);
    }
    return Array.from({ length: count }, (_, i) => Number(from) + i);
  });
  return [...new Set(seeds)];
}
