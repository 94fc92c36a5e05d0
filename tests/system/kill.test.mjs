// Kill -9 of a worker, of the backend, and of both, in the middle of a run of 2,000 paid calls. Nothing may be lost, counted twice, left behind,
// or paid for again beyond what was in flight.
//
// `npm run test:kill` runs ten seeds on each database; chaos (tests/chaos) breaks more. ARENA_KILL_SEEDS=3,7 runs those.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { prepare } from '../../scripts/lib/prepare.mjs';
import { startPostgres } from '../../scripts/lib/postgres.mjs';
import { allIndexes } from '../lib/allIndexes.mjs';
import { writeEchoBundle } from '../lib/echoBundle.mjs';
import { PortalUnderTest } from '../lib/PortalUnderTest.mjs';
import { randomOf } from '../lib/randomOf.mjs';
import { until } from '../lib/until.mjs';

const require = createRequire(import.meta.url);
require('@backstage/cli/config/nodeTransform.cjs');
const {
  startMockLlm,
} = require('../../packages/arena-devcluster/src/mockLlm/startMockLlm.ts');

const ITEMS = 2_000;
const SCENARIOS = 20;
const WORKERS = 2;
/** Items in flight per worker. */
const CONCURRENCY = 6;
const CALL_MS = 40;

const seeds = (process.env.ARENA_KILL_SEEDS ?? '1').split(',').map(Number);

let prepared;
let postgres;

before(async () => {
  prepared = await prepare();
  postgres = process.env.ARENA_TEST_POSTGRES
    ? { url: process.env.ARENA_TEST_POSTGRES, stop: async () => {} }
    : await startPostgres(prepared);
});
after(() => postgres?.stop());

for (const database of ['SQLite', 'PostgreSQL']) {
  for (const seed of seeds) {
    test(
      `kills on ${database}, seed ${seed}: every item is counted once`,
      { timeout: 400_000 },
      context => killAndCheck(context, database, seed),
    );
  }
}

async function killAndCheck(context, database, seed) {
  const random = randomOf(seed);
  const directory = await mkdtemp(path.join(tmpdir(), 'arena-kill-'));
  const llm = await startMockLlm({
    latencyMs: CALL_MS,
    answer: messages => `You said: ${messages.at(-1).content}`,
  });
  const system = await PortalUnderTest.create({
    prepared,
    directory,
    ...(database === 'PostgreSQL' && {
      postgres: { url: postgres.url, prefix: `kill_${process.pid}_${seed}_` },
    }),
  });
  try {
    await writeEchoBundle(path.join(directory, 'bundles', 'echo'), {
      llmUrl: llm.url,
      scenarios: SCENARIOS,
      concurrency: CONCURRENCY,
    });
    await system.start();
    await system.arena(['apply', '-f', await writeObjects(directory)]);
    const runId = await until('the run exists', async () => {
      const job = await system.get(
        '/clusters/embedded/namespaces/default/arenajobs/kill',
      );
      return job.status?.run?.id;
    });

    let waste = 0;
    for (const [number, kind] of ['worker', 'backend', 'both'].entries()) {
      const moment = 100 + number * 600 + Math.floor(random() * 400);
      const before = await until(`${moment} items are in`, async () => {
        const run = await system.get(`/runs/${runId}`);
        return finished(run) >= moment && run;
      });
      assert.ok(
        finished(before) < ITEMS,
        `the kill of ${kind} comes before the last report`,
      );
      const inFlight = llm.inFlight();
      // After a restart the list still has the workers that died with the backend.
      const [worker] = await system.workers();
      if (kind !== 'backend') {
        assert.ok(worker, 'there is a running worker to kill');
        process.kill(worker, 'SIGKILL');
      }
      if (kind !== 'worker') await system.kill();
      waste += kind === 'worker' ? CONCURRENCY : WORKERS * CONCURRENCY;
      if (kind !== 'worker') await system.start();
      const next = await system.get(`/runs/${runId}`);
      assert.ok(finished(next) >= finished(before), 'no counted item is lost');
      context.diagnostic(
        `${kind} killed at ${finished(
          before,
        )} of ${ITEMS} items, ${inFlight} calls in flight`,
      );
    }

    const job = await until('the job ends', async () => {
      const found = await system.get(
        '/clusters/embedded/namespaces/default/arenajobs/kill',
      );
      return (
        ['Succeeded', 'Failed', 'Cancelled'].includes(found.status?.phase) &&
        found
      );
    });
    assert.equal(job.status.phase, 'Succeeded', JSON.stringify(job.status));
    assert.deepEqual(job.status.progress, {
      total: ITEMS,
      completed: ITEMS,
      failed: 0,
      pending: 0,
    });

    const indexes = await allIndexes(system.get, runId);
    assert.equal(indexes.length, ITEMS, 'as many results as items');
    assert.equal(new Set(indexes).size, ITEMS, 'each item once');

    context.diagnostic(
      `${llm.calls.length} calls for ${ITEMS} items; allowed: ${ITEMS + waste}`,
    );
    assert.ok(llm.calls.length >= ITEMS);
    assert.ok(
      llm.calls.length <= ITEMS + waste,
      `${llm.calls.length} calls are more than ${ITEMS} and the ${waste} that the kills may waste`,
    );

    await until('no worker process is left', async () => {
      return (await system.workers()).length === 0;
    });
  } catch (error) {
    error.message += `\n--- backend log ---\n${system.log.slice(-4_000)}`;
    throw error;
  } finally {
    await system.stop();
    await llm.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function finished({ counters }) {
  return counters.passed + counters.failed + counters.errored;
}

async function writeObjects(directory) {
  const file = path.join(directory, 'objects.yaml');
  await writeFile(
    file,
    `
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaSource
metadata: { name: echo, namespace: default }
spec:
  type: workspace
  interval: 1h
  workspace: { path: echo }
---
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata: { name: kill, namespace: default }
spec:
  sourceRef: { name: echo }
  trials: ${ITEMS / SCENARIOS}
  workers: { replicas: ${WORKERS} }
`,
  );
  return file;
}
