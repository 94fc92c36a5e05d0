/**
 * Adds counts of tests up.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures?: string[] }} Counts - `failures`: names of tests that failed, with what they
 *   said; fewer than `failed` where that is not known
 * @param {Counts[]} all
 */
export function sum(all) {
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const { passed, failed, skipped, failures = [] } of all) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.failures.push(...failures);
  }
  return total;
}
