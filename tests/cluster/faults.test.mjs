// The portal on a cluster, with everything that can go wrong in the middle of a run of 1,000 paid calls: parts of the cluster stop and are killed,
// forget, and cannot be reached; backends are killed at the worst moment, fight for the lease, and sleep while another one acts. Each time the
// run must end as if nothing had been, with one Job of workers, each item counted once, and nothing left.
//
// `npm test -- --only cluster-faults` runs five seeds, which differ in the order of the faults and in the moment of the first. ARENA_FAULT_SEEDS=3,7
// runs those.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../lib/randomOf.mjs';
import { until } from '../lib/until.mjs';
import { CONCURRENCY, FaultySystem, WORKERS } from './lib/FaultySystem.mjs';

const TIMEOUT_MS = 600_000;
const CUT_MS = 20_000;
const SLEEP_MS = 60_000;
/** What is lost when workers cannot report for longer than their leases last. */
const ALL_IN_FLIGHT = WORKERS * CONCURRENCY;

/** Faults of the first run; the others come in the second. */
const HALF = 5;

const skip =
  process.env.KUBECONFIG && 'the cluster of KUBECONFIG must not be broken';
const seeds = (process.env.ARENA_FAULT_SEEDS ?? '1').split(',').map(Number);

/** @type {FaultySystem} */
let system;

before(
  async () => {
    if (skip) return;
    system = await FaultySystem.start();
    await explained(() => system.a.start());
  },
  { timeout: TIMEOUT_MS },
);
after(() => system?.stop());

/** Faults of a cluster, with the number of calls that each may waste. */
const FAULTS = [
  {
    what: 'the kubelet stands still',
    waste: 0,
    async strike({ cluster }) {
      await cluster.pause('kubelet');
      try {
        await system.goesOn();
      } finally {
        await cluster.resume('kubelet');
      }
    },
  },
  {
    what: 'the kubelet is killed',
    waste: 0,
    strike: () => killAndStart('kubelet'),
  },
  {
    what: 'the runtime of the containers is killed',
    waste: 0,
    strike: () => killAndStart('containerd'),
  },
  {
    what: 'the API server is killed',
    waste: 0,
    strike: () => killAndStart('apiserver'),
  },
  {
    what: 'watches go on from what is gone',
    waste: 0,
    async strike({ cluster, serving: { gate } }) {
      const before = gate.gone;
      await cluster.compact();
      await until('a watch is told so', () => gate.gone > before);
    },
  },
  {
    what: 'the API server cannot be reached for 20 s',
    waste: 0,
    async strike({ serving: { gate } }) {
      await gate.cut();
      try {
        await Promise.all([system.goesOn(), sleep(CUT_MS)]);
      } finally {
        await gate.open();
      }
    },
  },
  {
    what: 'a pod is deleted',
    waste: CONCURRENCY,
    strike: () => deletePod(),
  },
  {
    what: 'a pod is gone at once',
    waste: CONCURRENCY,
    strike: () => deletePod('--grace-period=0', '--force'),
  },
  {
    what: 'the Job is deleted',
    waste: ALL_IN_FLIGHT,
    strike: () => system.deleteWorkerJob(),
  },
];

for (const seed of seeds) {
  // Some strike in a run of their own, the others while a leader stands still.
  const faults = shuffled(FAULTS, randomOf(seed));
  const [first, others] = [faults.slice(0, HALF), faults.slice(HALF)];
  test(
    `a run survives its backend, its cluster and its pods, seed ${seed}`,
    { timeout: TIMEOUT_MS, skip },
    context =>
      explained(() => breakTheCluster(context, { seed, faults: first })),
  );
  test(
    `a run survives its leaders, seed ${seed}`,
    { timeout: TIMEOUT_MS, skip },
    context =>
      explained(() => breakTheLeaders(context, { seed, faults: others })),
  );
}

async function breakTheCluster(context, { seed, faults }) {
  const { a, b } = system;
  await b.kill();
  await leads(a);
  const before = seed % 2 === 0;
  const held = a.gate.holdAt(isCreationOfJob, { before });
  await system.createJob(`cluster-${seed}`);
  await held;
  // Of workers the status says nothing yet, whether there is a Job or not.
  assert.equal(Boolean(await system.workerJob()), !before);
  assert.equal((await system.job()).status.activeWorkers ?? 0, 0);
  await a.kill();
  context.diagnostic(
    `backend killed ${before ? 'before' : 'after'} the Job was created`,
  );
  await a.start();
  await system.goesOn();

  const waste = ALL_IN_FLIGHT + (await strikeWith(context, faults));
  await allWorkersRun();
  const [cost] = await Promise.all([system.endsWell({ waste }), b.start()]);
  context.diagnostic(cost);
}

/** Returns how many calls the faults may waste. */
async function strikeWith(context, faults) {
  let waste = 0;
  for (const { what, waste: wasted, strike } of faults) {
    const startedAt = performance.now();
    await strike(system);
    await system.goesOn();
    await system.statusFollows();
    waste += wasted;
    context.diagnostic(`${what}: ${secondsSince(startedAt)} s`);
  }
  return waste;
}

async function breakTheLeaders(context, { seed, faults }) {
  const { a, b } = system;

  // The network of the leader fails just when it creates the Job; another one leads and creates it, and then the request gets there.
  assert.equal(await system.leader(), a);
  const asDeputy = b.gate.log.length;
  let held = a.gate.holdAt(isCreationOfJob, { before: true });
  await system.createJob(`leaders-${seed}`);
  await held;
  assert.deepEqual(
    b.gate.writes(asDeputy),
    [],
    'who is not elected writes nothing',
  );
  let startedAt = performance.now();
  await leads(b);
  context.diagnostic(`leader cut off: ${secondsSince(startedAt)} s`);
  await until('there is a Job', () => system.workerJob());
  assert.equal(await a.gate.deliverLate(), 409);
  let deposed = a.gate.log.length;
  a.gate.letGo();
  await system.goesOn();
  assert.deepEqual(
    a.gate.writes(deposed),
    [],
    'who was deposed writes nothing',
  );

  startedAt = performance.now();
  await b.kill();
  await leads(a);
  context.diagnostic(`leader killed: ${secondsSince(startedAt)} s`);
  await system.goesOn();
  await system.statusFollows();
  await b.start();

  // The clock of the leader stands still for a minute, just when it writes a status, which gets there when another one leads.
  let waste = 2 * ALL_IN_FLIGHT;
  held = a.gate.holdAt(isStatusOfJob, { before: true });
  await held;
  startedAt = performance.now();
  a.pause();
  try {
    await leads(b);
    context.diagnostic(`leader stopped: ${secondsSince(startedAt)} s`);
    await system.goesOn();
    await system.statusFollows();
    assert.equal(await a.gate.deliverLate(), 409);
    // Meanwhile there is more to bear for the other one.
    waste += await strikeWith(context, faults);
    await sleep(Math.max(0, SLEEP_MS - (performance.now() - startedAt)));
    deposed = a.gate.log.length;
    a.gate.letGo();
  } finally {
    a.resume();
  }
  await system.goesOn(40);
  assert.equal(await system.leader(), b);
  assert.deepEqual(
    a.gate.writes(deposed),
    [],
    'who was deposed writes nothing',
  );
  // Two backends were away, each for longer than leases last.
  await allWorkersRun();
  context.diagnostic(await system.endsWell({ waste }));
}

/** Kubernetes replaces pods that failed with growing delays. */
async function allWorkersRun() {
  await until(
    'there are all workers again',
    async () => (await system.pods()).length === WORKERS,
  );
}

/** Waits until a backend was elected, and lets workers in there. */
async function leads(backend) {
  system.serveFrom(backend);
  await until(
    `backend ${backend.name} leads`,
    async () => (await system.leader()) === backend,
  );
}

function isCreationOfJob({ method, path }) {
  return method === 'POST' && /\/apis\/batch\/v1\/.*\/jobs$/.test(path);
}

function isStatusOfJob({ method, path }) {
  return method === 'PATCH' && /\/arenajobs\/[^/]+\/status$/.test(path);
}

async function killAndStart(component) {
  const { cluster } = system;
  await cluster.kill(component);
  try {
    await system.goesOn();
  } finally {
    await cluster.start(component);
  }
}

async function deletePod(...options) {
  const [pod] = await until('there is a pod', async () => {
    const pods = await system.pods();
    return pods.length > 0 && pods;
  });
  await system.kubectl(
    ...['delete', 'pod', pod.metadata.name, '--wait=false', ...options],
  );
}

function shuffled(list, random) {
  return list
    .map(value => ({ value, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ value }) => value);
}

function secondsSince(startedAt) {
  return ((performance.now() - startedAt) / 1_000).toFixed(1);
}

/** Failures come with what the backends said. */
async function explained(work) {
  try {
    await work();
  } catch (error) {
    for (const { name, log } of [system.a, system.b]) {
      error.message += `\n--- backend ${name} ---\n${log.slice(-4_000)}`;
    }
    throw error;
  }
}
