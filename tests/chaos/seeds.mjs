/**
 * Seeds that found a fault of the product, which was mended; none yet. They are run again by `npm test -- --only chaos`.
 *
 * @type {Array<{ seed: number, database: 'sqlite' | 'postgresql', found: string }>}
 */
export const TELLING_SEEDS = [];
