/**
 * Seeds that found a fault of the product, which was mended. They are run again by `npm test -- --only chaos`.
 *
 * @type {Array<{ seed: number, database: 'sqlite' | 'postgresql', found: string }>}
 */
export const TELLING_SEEDS = [
  {
    seed: 8,
    database: 'sqlite',
    found:
      'a worker began items under leases that had ended with the one that it had just lost',
  },
  {
    seed: 39,
    database: 'postgresql',
    found:
      'a process that was told to go while it got itself ready left its folder behind',
  },
];
