import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { hasTests } from './hasTests.mjs';
import { root } from './paths.mjs';
import { run } from './run.mjs';
import { sum } from './sum.mjs';

const ENGINE = 'packages/arena-engine/';

/**
 * Runs Jest over all packages and counts. The engine loads libraries only when they are needed, by `import()`: Jest can do that with
 * real modules alone, which other packages cannot take. Both run at the same time when there may be more than one worker: what
 * waits leaves its processor to the others, above all the engine's tests with processes.
 *
 * @param {{ node: string, env: NodeJS.ProcessEnv }} prepared
 * @param {{ report: string, pattern: string, ignore?: string, workers: number, env?: Record<string, string> }} options `report`:
 * where Jest's JSON goes, without the ending; `pattern` and `ignore`: expressions on the paths of test files; `workers`: files of other
 * packages than the engine that run at once
 * @returns {Promise<import('./sum.mjs').Counts & { failedFiles: Array<{ name: string, passed: number, skipped: number }> }>} of files in which a
 *   test failed, from the root of the repository, how many others passed and were skipped; none when Jest broke off
 */
export async function jest(prepared, options) {
  const engine = () => runEngine(prepared, options);
  const others = () => runOthers(prepared, options);
  const all =
    options.workers > 1
      ? await Promise.all([engine(), others()])
      : [await engine(), await others()];
  const counts = {
    ...sum(all),
    // Of a run that broke off nobody knows them.
    failedFiles: all.every(({ failedFiles }) => failedFiles)
      ? all.flatMap(({ failedFiles }) => failedFiles)
      : [],
  };
  // A run that counted nothing has tested nothing.
  if (counts.failed + counts.passed === 0) counts.failed = 1;
  return counts;
}

async function runEngine(prepared, { report, pattern, ignore, env }) {
  if (!(await hasTests(ENGINE, { pattern, ignore }))) {
    return { ...sum([]), failedFiles: [] };
  }
  return runJest(prepared, {
    what: 'Jest for the engine',
    report: `${report}-engine.json`,
    args: [
      '--maxWorkers=1',
      // Of both at once: a pattern may name a file of the engine.
      ...['--testPathPatterns', `(?=.*${ENGINE}).*${pattern}`],
      ...(ignore ? ['--testPathIgnorePatterns', ignore] : []),
    ],
    env: {
      ...env,
      NODE_OPTIONS: `${
        prepared.env.NODE_OPTIONS ?? ''
      } --experimental-vm-modules`,
    },
  });
}

async function runOthers(prepared, { report, pattern, ignore, workers, env }) {
  return runJest(prepared, {
    what: 'Jest',
    report: `${report}.json`,
    args: [
      `--maxWorkers=${workers}`,
      ...['--testPathPatterns', pattern],
      ...['--testPathIgnorePatterns', ENGINE],
      ...(ignore ? ['--testPathIgnorePatterns', ignore] : []),
    ],
    env,
  });
}

async function runJest({ node, env }, { what, report, args, env: extra }) {
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
      what,
    },
  );
  const result = await readReport(report);
  if (!result) {
    const failure = `${what} ended with status ${code} and without a report`;
    return { passed: 0, failed: 1, skipped: 0, failures: [failure] };
  }
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

/** Nothing when Jest was killed before it wrote the whole of it. */
async function readReport(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
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
