/**
 * Adds counts of tests up.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures?: string[], retried?: string[] }} Counts - `failures`: names of tests
 *   that failed, with what they said; fewer than `failed` where that is not known; `retried`: the same of what was tried a second time
 * @param {Counts[]} all
 */
export function sum(all) {
  const total = { passed: 0, failed: 0, skipped: 0, failures: [], retried: [] };
  for (const one of all) {
    const { passed, failed, skipped, failures = [], retried = [] } = one;
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.failures.push(...failures);
    total.retried.push(...retried);
  }
  return total;
}
