import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { jest } from './jest.mjs';
import { say } from './log.mjs';
import { root } from './paths.mjs';

/**
 * Runs Jest as `jest` does, and files whose tests failed once more, one by one: on a loaded machine, processes, kernels and kubelets have
 * bad moments of their own. What only the second try passed is told at the end of all (`retried`): it may be a race of ours.
 */
export async function jestTwice(prepared, { report, ...options }) {
  const all = await jest(prepared, { ...options, report: `${report}.json` });
  if (all.failed === 0) return all;
  const { testResults } = JSON.parse(await readFile(`${report}.json`, 'utf8'));
  const failed = testResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return all;
  const names = failed.map(({ name }) => path.relative(root, name));
  say(`  second try of ${names.join(', ')}`);
  const again = await jest(prepared, {
    report: `${report}-again.json`,
    pattern: `(${names.map(name => name.replaceAll('.', '\\.')).join('|')})`,
    args: ['--maxWorkers=1'],
    env: options.env,
  });
  const before = failed.flatMap(({ assertionResults }) => assertionResults);
  const count = status => before.filter(each => each.status === status).length;
  return {
    passed: all.passed - count('passed') + again.passed,
    failed: again.failed,
    skipped: all.skipped - count('pending') - count('todo') + again.skipped,
    failures: again.failures,
    retried: all.failures,
  };
}
