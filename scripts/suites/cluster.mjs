import { cp, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  ensurePortalImage,
  startTestCluster,
  whyNoCluster,
} from '../lib/devcluster.mjs';
import { jestTwice } from '../lib/jestTwice.mjs';
import { say } from '../lib/log.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';
import { root } from '../lib/paths.mjs';
import { sum } from '../lib/sum.mjs';

const SYSTEM_TESTS = path.join('tests', 'cluster');
/** Take minutes; `npm test -- --only cluster-faults` runs them. */
const FAULTS = 'faults.test.mjs';

const fileOf = name => `/${name}\\.cluster\\.test`;
/** Files that have the cluster to themselves: they stop parts of it, or measure times. */
const ALONE = [
  'DevCluster',
  'LeaseElection',
  'forgottenVersions',
  'workerTrouble',
].map(fileOf);
/** A portal in the cluster, which serves every namespace and would take the jobs of other tests. Its image takes minutes. */
const PORTAL = fileOf('portalPod');
/** Every example of the page, jobs of each type, every output, and long runs. */
const JOBS = [
  'specExamples',
  'jobLife',
  'largeRuns',
  'elasticRun',
  'portalAndClusters',
  'grants',
  'nightly',
  'loadTest',
  'datagen',
  'outputs',
  'S3Output',
].map(fileOf);
const LARGE_RUN_ITEMS = 5_000;
const PATTERN = '\\.cluster\\.test';

/**
 * What needs a Kubernetes cluster, on a real one. Tests of the whole system come after those within the cluster: at the same time, two
 * processors have too little for either, and pods start too late. When tests fail, the logs of the cluster are kept in test-results/cluster-logs.
 */
export function cluster(prepared, results) {
  return onCluster(prepared, results, 'cluster', env => [
    [
      'Tests within the cluster',
      () =>
        jestTwice(prepared, {
          env,
          report: path.join(results, 'cluster-jest'),
          pattern: PATTERN,
          ignore: `(${[...ALONE, ...JOBS, PORTAL].join('|')})`,
          workers: 2,
        }),
    ],
    [
      'Tests of the whole system',
      () => systemTestsOneByOne(prepared, results, env),
    ],
  ]);
}

/** What stops parts of the cluster, or measures times. */
export function clusterAlone(prepared, results) {
  return onCluster(prepared, results, 'cluster-alone', env => [
    [
      'Tests that have the cluster alone',
      () =>
        jestTwice(prepared, {
          env,
          report: path.join(results, 'cluster-alone'),
          pattern: `(${ALONE.join('|')})`,
          workers: 1,
        }),
    ],
  ]);
}

/** Jobs of every kind, from their creation to their end, and what becomes of their results. */
export function clusterJobs(prepared, results) {
  return onCluster(prepared, results, 'cluster-jobs', env => [
    [
      'Jobs of every kind',
      () =>
        jestTwice(prepared, {
          env,
          report: path.join(results, 'cluster-jobs'),
          pattern: `(${JOBS.join('|')})`,
          workers: 2,
        }),
    ],
  ]);
}

/** The image of the portal, and a portal of it that runs in the cluster. */
export function clusterPortal(prepared, results) {
  return onCluster(prepared, results, 'cluster-portal', env => [
    [
      'The image of the portal',
      async () => {
        await ensurePortalImage(prepared);
        return sum([]);
      },
    ],
    [
      'The portal in the cluster',
      () =>
        jestTwice(prepared, {
          env,
          report: path.join(results, 'cluster-portal'),
          pattern: PORTAL,
          workers: 1,
        }),
    ],
  ]);
}

/** Runs of thousands of items, on several pods, whose reports go to a bucket and to a claim. */
export function clusterLarge(prepared, results) {
  return onCluster(prepared, results, 'cluster-large', env => [
    [
      'Large runs',
      () =>
        jestTwice(prepared, {
          env: { ...env, ARENA_LARGE_RUN_ITEMS: String(LARGE_RUN_ITEMS) },
          report: path.join(results, 'cluster-large'),
          pattern: fileOf('largeRuns'),
          workers: 1,
        }),
    ],
  ]);
}

/** Does some steps on a cluster of their own, one after the other. */
async function onCluster(prepared, results, suite, stepsOf) {
  const reason = await whyNoCluster(prepared);
  if (reason) {
    say(`  skipped: suite '${suite}': ${reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  say('Starting a Kubernetes cluster and an S3 server');
  const { told, stop } = await startTestCluster(prepared);
  try {
    const file = path.join(results, 'cluster.json');
    await writeFile(file, JSON.stringify(told, undefined, 2));
    const counts = [];
    for (const [what, work] of stepsOf({ ARENA_TEST_CLUSTER: file })) {
      counts.push(await counted(what, work));
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

/** What breaks off is one failure: the other parts count all the same, and the cluster does not go while they use it. */
async function counted(what, work) {
  try {
    return await work();
  } catch (error) {
    say(`  ${what} failed: ${error.stack}`);
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [`${what}\n${error.stack}`],
    };
  }
}

async function systemTestsOneByOne(prepared, results, env) {
  const screenshots = path.join(results, 'screenshots');
  const counts = [];
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
  return sum(counts);
}

async function withSecondTry(name, work) {
  const counts = await work();
  if (counts.failed === 0) return counts;
  say(`  second try of ${name}`);
  return { ...(await work()), retried: counts.failures };
}

async function systemTests() {
  const names = await readdir(path.join(root, SYSTEM_TESTS)).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter(name => name.endsWith('.test.mjs') && name !== FAULTS)
    .sort()
    .map(name => path.join(SYSTEM_TESTS, name));
}
