import { jest } from './jest.mjs';
import { say } from './log.mjs';

/** What fast-check says. */
const COUNTEREXAMPLE = /Property failed after/;

/**
 * Runs Jest as `jest` does, and files whose tests failed once more, one by one: on a loaded machine, processes, kernels and kubelets have
 * bad moments of their own. What failed at first is told at the end of all (`retried`), also when the second try passed it: it may be a race of ours.
 */
export async function jestTwice(prepared, options) {
  const all = await jest(prepared, options);
  const { failedFiles } = all;
  // Something else may have gone wrong, which no second try of a file mends.
  if (failedFiles.length === 0 || all.failed > all.failures.length) return all;
  // A counterexample stays one, whatever another try would draw.
  if (all.failures.some(failure => COUNTEREXAMPLE.test(failure))) return all;
  const names = failedFiles.map(({ name }) => name);
  say(`  second try of ${names.join(', ')}`);
  const again = await jest(prepared, {
    report: `${options.report}-again`,
    pattern: `(${names.map(name => name.replaceAll('.', '\\.')).join('|')})`,
    workers: 1,
    env: options.env,
  });
  const before = key => failedFiles.reduce((sum, file) => sum + file[key], 0);
  return {
    passed: all.passed - before('passed') + again.passed,
    failed: again.failed,
    skipped: all.skipped - before('skipped') + again.skipped,
    failures: again.failures,
    retried: all.failures,
  };
}
