import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startTestCluster, whyNoCluster } from '../lib/devcluster.mjs';
import { jest } from '../lib/jest.mjs';
import { say } from '../lib/log.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';
import { root } from '../lib/paths.mjs';
import { sum } from '../lib/sum.mjs';

const SYSTEM_TESTS = path.join('tests', 'cluster');

/** Everything that needs a Kubernetes cluster, on a real one. When tests fail, its logs are kept in test-results/cluster-logs. */
export async function cluster(prepared, results) {
  const reason = await whyNoCluster(prepared);
  if (reason) {
    say(`  skipped: suite 'cluster': ${reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  say('Starting a Kubernetes cluster and an S3 server');
  const { told, stop } = await startTestCluster(prepared);
  try {
    const file = path.join(results, 'cluster.json');
    await writeFile(file, JSON.stringify(told, undefined, 2));
    const env = { ARENA_TEST_CLUSTER: file };
    const counts = [await clusterJest(prepared, results, env)];
    const screenshots = path.join(results, 'screenshots');
    for (const systemTest of await systemTests()) {
      counts.push(
        await withSecondTry(systemTest, () =>
          nodeTest(prepared, {
            files: [systemTest],
            env: { ...env, ARENA_SCREENSHOTS: screenshots },
          }),
        ),
      );
    }
    const total = sum(counts);
    if (total.failed > 0 && told.folder) {
      await cp(
        path.join(told.folder, 'log'),
        path.join(results, 'cluster-logs'),
        { recursive: true },
      );
    }
    return total;
  } finally {
    await stop();
  }
}

/** Files whose tests failed are run once more: schedulers, kernels and kubelets of a loaded machine have bad moments of their own. */
async function clusterJest(prepared, results, env) {
  const report = path.join(results, 'cluster-jest.json');
  const all = await jest(prepared, {
    report,
    pattern: '\\.cluster\\.test',
    args: ['--maxWorkers=1'],
    env,
  });
  if (all.failed === 0) return all;
  const { testResults } = JSON.parse(await readFile(report, 'utf8'));
  const failed = testResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return all;
  const names = failed.map(({ name }) => path.relative(root, name));
  say(`  second try of ${names.join(', ')}`);
  const again = await jest(prepared, {
    report: path.join(results, 'cluster-jest-again.json'),
    pattern: `(${names.map(name => name.replaceAll('.', '\\.')).join('|')})`,
    args: ['--maxWorkers=1'],
    env,
  });
  const before = failed.flatMap(({ assertionResults }) => assertionResults);
  const count = status => before.filter(each => each.status === status).length;
  return {
    passed: all.passed - count('passed') + again.passed,
    failed: again.failed,
    skipped: all.skipped - count('pending') - count('todo') + again.skipped,
  };
}

async function withSecondTry(name, work) {
  const counts = await work();
  if (counts.failed === 0) return counts;
  say(`  second try of ${name}`);
  return work();
}

async function systemTests() {
  const names = await readdir(path.join(root, SYSTEM_TESTS)).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter(name => name.endsWith('.test.mjs'))
    .sort()
    .map(name => path.join(SYSTEM_TESTS, name));
}
