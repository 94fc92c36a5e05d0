import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { hasTests } from './hasTests.mjs';
import { root } from './paths.mjs';
import { run } from './run.mjs';
import { sum } from './sum.mjs';

const ENGINE = 'packages/arena-engine/';

/**
 * Runs Jest over all packages and counts. The engine loads libraries only when they are needed, by `import()`: Jest can do that with
 * real modules alone, which other packages cannot take.
 *
 * @param {{ node: string, env: NodeJS.ProcessEnv }} prepared
 * @param {{ report: string, pattern: string, ignore?: string, args: string[], env?: Record<string, string> }} options `report`:
 * where Jest's JSON goes, without the ending; `pattern` and `ignore`: expressions on the paths of test files
 * @returns {Promise<import('./sum.mjs').Counts & { failedFiles: Array<{ name: string, passed: number, skipped: number }> }>} of files in which a
 *   test failed, from the root of the repository, how many others passed and were skipped
 */
export async function jest(prepared, { pattern, ignore, args, ...options }) {
  const engine = (await hasTests(ENGINE, { pattern, ignore }))
    ? await runJest(prepared, {
        ...options,
        report: `${options.report}-engine.json`,
        args: [
          ...args,
          // Of both at once: a pattern may name a file of the engine.
          ...['--testPathPatterns', `(?=.*${ENGINE}).*${pattern}`],
          ...(ignore ? ['--testPathIgnorePatterns', ignore] : []),
        ],
        env: {
          ...options.env,
          NODE_OPTIONS: `${
            prepared.env.NODE_OPTIONS ?? ''
          } --experimental-vm-modules`,
        },
      })
    : { ...sum([]), failedFiles: [] };
  const others = await runJest(prepared, {
    ...options,
    report: `${options.report}.json`,
    args: [
      ...args,
      ...['--testPathPatterns', pattern],
      ...['--testPathIgnorePatterns', ENGINE],
      ...(ignore ? ['--testPathIgnorePatterns', ignore] : []),
    ],
  });
  const counts = {
    ...sum([engine, others]),
    failedFiles: [...engine.failedFiles, ...others.failedFiles],
  };
  // A run that counted nothing has tested nothing.
  if (counts.failed + counts.passed === 0) counts.failed = 1;
  return counts;
}

async function runJest({ node, env }, { report, args, env: extra }) {
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
  const failed = result.testResults.filter(file => file.status === 'failed');
  const counts = {
    passed: result.numPassedTests,
    // A file that does not even load has no tests of its own.
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
    failures: failed.flatMap(failuresOf),
    failedFiles: failed.map(({ name, assertionResults }) => {
      const count = (...wanted) =>
        assertionResults.filter(({ status }) => wanted.includes(status)).length;
      return {
        name: path.relative(root, name),
        passed: count('passed'),
        skipped: count('pending', 'todo'),
      };
    }),
  };
  if (counts.failed === 0 && code !== 0) counts.failed = 1;
  return counts;
}

/** Of each test, or of a file that does not even load. */
function failuresOf({ name, message, assertionResults }) {
  const file = path.relative(root, name);
  const tests = assertionResults.filter(({ status }) => status === 'failed');
  if (tests.length === 0) return [`${file}\n${message}`];
  return tests.map(
    ({ fullName, failureMessages }) =>
      `${file}: ${fullName}\n${failureMessages.join('\n')}`,
  );
}
