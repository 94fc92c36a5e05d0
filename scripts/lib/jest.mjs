import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';
import { run } from './run.mjs';

/**
 * Runs Jest over all packages and counts.
 *
 * @param {{ node: string, env: NodeJS.ProcessEnv }} prepared
 * @param {{ report: string, args: string[], env?: Record<string, string> }} options `report`: where Jest's JSON goes
 */
export async function jest({ node, env }, { report, args, env: extra }) {
  const { code } = await run(
    node,
    [
      path.join(root, '.yarn', 'releases', 'yarn-4.13.0.cjs'),
      'backstage-cli',
      'repo',
      'test',
      '--watchAll=false',
      '--json',
      `--outputFile=${report}`,
      ...args,
    ],
    {
      cwd: root,
      env: {
        ...env,
        CI: 'true',
        BACKSTAGE_TEST_DISABLE_DOCKER: '1',
        // Modules that are loaded only when they are needed.
        NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --experimental-vm-modules`,
        ...extra,
      },
      quiet: true,
      what: 'Jest',
    },
  );
  const result = JSON.parse(await readFile(report, 'utf8'));
  for (const file of result.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'pending' || test.status === 'todo') {
        process.stdout.write(`  skipped: ${test.fullName}\n`);
      }
    }
  }
  const counts = {
    passed: result.numPassedTests,
    // A file that does not even load has no tests of its own.
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
  // A run that counted nothing has tested nothing.
  if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) {
    counts.failed = 1;
  }
  return counts;
}
