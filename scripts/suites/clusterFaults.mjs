import { whyNoCluster } from '../lib/devcluster.mjs';
import { say } from '../lib/log.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';

const SEEDS = [1, 2, 3, 4, 5];

/** Everything that can go wrong on a cluster in the middle of a run, in five seeded orders. */
export async function clusterFaults(prepared) {
  const reason = await whyNoCluster(prepared);
  if (reason) {
    say(`  skipped: suite 'cluster-faults': ${reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return nodeTest(prepared, {
    files: ['tests/cluster/faults.test.mjs'],
    env: {
      ARENA_FAULT_SEEDS: process.env.ARENA_FAULT_SEEDS ?? SEEDS.join(','),
    },
  });
}
