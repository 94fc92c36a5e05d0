// Kill -9 of a worker, of the backend, and of both, in the middle of a run of 2,000 paid calls. Nothing may be lost, counted twice, left behind,
// or paid for again beyond what was in flight.
//
// `npm test` runs seed 1 on each database; `npm run test:kill` runs ten. ARENA_KILL_SEEDS=3,7 runs those.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  arenaCommand,
  freePort,
  guestToken,
  startPortal,
} from '../../scripts/lib/portal.mjs';
import { prepare } from '../../scripts/lib/prepare.mjs';
import { startPostgres } from '../../scripts/lib/postgres.mjs';
import { must } from '../../scripts/lib/run.mjs';
import { allIndexes } from '../lib/allIndexes.mjs';
import { writeEchoBundle } from '../lib/echoBundle.mjs';
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
  const system = await startSystem({ directory, database, seed });
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
        process.kill(Number(worker), 'SIGKILL');
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
    error.message += `\n--- backend log ---\n${system.log().slice(-4_000)}`;
    throw error;
  } finally {
    await system.stop();
    await llm.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function startSystem({ directory, database, seed }) {
  const port = await freePort();
  const { hostname, port: postgresPort } = new URL(postgres.url);
  let portal;
  let token;
  let log = '';
  const system = {
    async start() {
      portal = await startPortal(prepared, {
        port,
        dataDirectory: directory,
        onLog: text => {
          log = (log + text).slice(-100_000);
        },
        env: {
          // Inherited by the workers: tells whose they are.
          TMPDIR: directory,
          // Every worker that is there belongs to the run.
          APP_CONFIG_arena_workers_spare: '0',
          APP_CONFIG_arena_workspaceRoots: JSON.stringify([
            path.join(directory, 'bundles'),
          ]),
          ...(database === 'PostgreSQL' && {
            APP_CONFIG_backend_database_client: 'pg',
            APP_CONFIG_backend_database_prefix: `kill_${process.pid}_${seed}_`,
            APP_CONFIG_backend_database_connection_host: hostname,
            APP_CONFIG_backend_database_connection_port: postgresPort,
            APP_CONFIG_backend_database_connection_user: 'postgres',
            APP_CONFIG_backend_database_connection_password: 'postgres',
          }),
        },
      });
      token = await guestToken(portal.url);
    },
    kill: () => portal.stop('SIGKILL'),
    stop: () => portal?.stop(),
    log: () => log,
    workers: () => workersUnder(directory),
    async get(at) {
      const response = await fetch(`${portal.url}/api/arena/v1${at}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      if (!response.ok) {
        throw new Error(`${at}: ${response.status} ${await response.text()}`);
      }
      return response.json();
    },
    async arena(args) {
      const {
        command,
        args: all,
        env,
      } = arenaCommand(prepared, { url: portal.url, token }, args);
      await must(command, all, { env, quiet: true });
    },
  };
  return system;
}

function finished({ counters }) {
  return counters.passed + counters.failed + counters.errored;
}

/** Ids of living workers whose temporary folder is the given one. */
async function workersUnder(directory) {
  const found = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const [environment, command] = await Promise.all(
      ['environ', 'cmdline'].map(name =>
        readFile(`/proc/${pid}/${name}`, 'utf8').catch(
          // The process has ended meanwhile, or belongs to somebody else.
          () => '',
        ),
      ),
    );
    const isOurs = environment.split('\0').includes(`TMPDIR=${directory}`);
    if (isOurs && command.split('\0').includes('worker')) found.push(pid);
  }
  return found;
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
