import { run } from './run.mjs';
import { root } from './paths.mjs';
import { sum } from './sum.mjs';

const FAILING = '✖ failing tests:';

/**
 * Runs files of node's test runner and counts.
 *
 * @param {{ node: string, env: NodeJS.ProcessEnv }} prepared
 * @param {{ files: string[], env?: Record<string, string> }} options
 */
export async function nodeTest({ node, env }, { files, env: extra }) {
  const counts = sum([]);
  const { code, output } = await run(
    node,
    [
      '--test',
      '--test-concurrency=1',
      '--test-reporter=spec',
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      ...files,
    ],
    {
      cwd: root,
      env: { ...env, ...extra },
      onLine(line) {
        const found = /^ℹ (pass|fail|cancelled|skipped|todo) (\d+)$/.exec(
          line.trim(),
        );
        if (!found) return;
        const key = { pass: 'passed', skipped: 'skipped', todo: 'skipped' }[
          found[1]
        ];
        counts[key ?? 'failed'] += Number(found[2]);
      },
    },
  );
  // A run that counted nothing has tested nothing.
  if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) {
    counts.failed = 1;
  }
  const [, told] = output.split(FAILING);
  if (told) counts.failures.push(...told.trim().split(/\n(?=test at )/));
  return counts;
}
