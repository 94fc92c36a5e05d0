import { cp, readdir, writeFile } from 'node:fs/promises';
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
    const counts = [
      await jest(prepared, {
        report: path.join(results, 'cluster-jest.json'),
        pattern: '\\.cluster\\.test',
        args: ['--maxWorkers=1'],
        env,
      }),
    ];
    const files = await systemTests();
    if (files.length > 0) {
      const screenshots = path.join(results, 'screenshots');
      counts.push(
        await nodeTest(prepared, {
          files,
          env: { ...env, ARENA_SCREENSHOTS: screenshots },
        }),
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
