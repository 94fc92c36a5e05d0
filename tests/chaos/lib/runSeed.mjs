import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../lib/until.mjs';
import { ChaosSystem, NAMESPACE } from './ChaosSystem.mjs';
import { checkAccount } from './check/checkAccount.mjs';
import { planOf } from './planOf.mjs';
import { readAccount } from './readAccount.mjs';

const ENDED = ['Succeeded', 'Failed', 'Cancelled'];
/** After the last fault, until all has ended. */
const END_MS = 180_000;
/** After that, until nothing is left of it. */
const QUIET_MS = 20_000;
/** Until somebody who waits for his turn gives up: after all that may go wrong meanwhile. */
const CHORE_MS = 600_000;
/** A fault whose moment does not come, because nobody has made calls for so long, strikes all the same. */
const SILENCE_MS = 90_000;

/**
 * Runs what a seed stands for, and checks it.
 *
 * @param {{ prepared: object, postgres?: object, seed: number, database: 'sqlite' | 'postgresql', say: (line: string) => void }} options
 * @returns {Promise<string[]>} what was wrong; none when all was well
 */
export async function runSeed({ prepared, postgres, seed, database, say }) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1_000).toFixed(1);
  const plan = planOf(seed, database);
  say(
    `seed ${seed} on ${database}: ${plan.workloads.map(describe).join('; ')}`,
  );
  const system = await ChaosSystem.start({
    prepared,
    postgres: database === 'postgresql' ? postgres : undefined,
    workloads: plan.workloads,
    name: `chaos_${process.pid}_${seed}`,
  });
  try {
    say(`  ${seconds()} s: the portal is there`);
    await system.createJobs();
    const chores = Promise.all(choresOf(system, plan.workloads)).catch(error =>
      system.fail(error.message),
    );
    const strikes = await strikeAll(system, plan.faults, line =>
      say(`  ${seconds()} s: ${line}`),
    );
    system.pace.last();
    const faults = await endOf(system, { ...plan, strikes, chores });
    say(`  ${seconds()} s: ${faults.length === 0 ? 'all is well' : 'FAILED'}`);
    return faults;
  } finally {
    await system.stop();
  }
}

function describe({ name, workers, expected, calls }) {
  const figures = Object.entries(expected).map(
    ([key, value]) => `${key} ${value}`,
  );
  return `${name} (${[
    ...figures,
    `${workers} worker${workers > 1 ? 's' : ''}`,
    ...(calls === undefined ? [] : [`about ${calls} calls`]),
  ].join(', ')})`;
}

async function strikeAll(system, faults, say) {
  const strikes = [];
  for (const { fault, drawn, at } of faults) {
    await momentOf(system, at);
    if (system.failures.length > 0) return strikes;
    system.pace.slow();
    // What is in flight when it strikes takes its time.
    await sleep(50);
    const calls = system.callsMade();
    const from = Date.now();
    const { what, ...cost } = await fault.strike(system, drawn);
    strikes.push({ kind: fault.kind, from, to: Date.now(), ...cost });
    say(
      `${what} (planned at call ${at}, came at ${calls}, took ${(
        (Date.now() - from) /
        1_000
      ).toFixed(1)} s)`,
    );
    system.pace.fast();
  }
  return strikes;
}

async function momentOf(system, at) {
  let made = system.callsMade();
  let madeAt = Date.now();
  while (made < at && system.failures.length === 0) {
    await sleep(10);
    const now = system.callsMade();
    if (now > made) madeAt = Date.now();
    else if (Date.now() > madeAt + SILENCE_MS) return;
    made = now;
  }
}

/** What somebody does by hand meanwhile, as soon as it is possible. */
function choresOf(system, workloads) {
  return workloads.flatMap(({ name, kind, expected }) => {
    const job = `${NAMESPACE}/arenajobs/${name}`;
    if (kind === 'cancelled') {
      return cancel(system, { name, job, cancelAt: expected.cancelAt });
    }
    if (kind === 'repeated') return repeat(system, job);
    if (kind === 'scheduled') {
      return insist(system, 'the schedule is started by hand', () =>
        system.portal.send('POST', `${job}/trigger`),
      );
    }
    return [];
  });
}

async function cancel(system, { name, job, cancelAt }) {
  const { calls } = system.models.get(name);
  await insist(system, 'it is time to cancel', () => calls.length >= cancelAt);
  await insist(system, 'the job is cancelled', () =>
    system.portal.send('POST', `${job}/cancel`),
  );
}

async function repeat(system, job) {
  await insist(system, 'the job to be repeated has ended', async () =>
    ENDED.includes((await system.portal.get(job)).status?.phase),
  );
  await insist(system, 'the job is repeated', () =>
    system.portal.send('POST', `${job}/rerun`, { failedOnly: true }),
  );
}

/** A portal that is away, or asleep, is asked again. */
async function insist(system, what, ask) {
  await until(
    what,
    () =>
      system.failures.length > 0 ||
      Promise.resolve()
        .then(ask)
        .catch(() => false),
    { everyMs: 200, timeoutMs: CHORE_MS },
  );
}

async function endOf(system, { workloads, strikes, chores }) {
  const waits = [];
  const wait = (what, condition, timeoutMs) =>
    until(
      what,
      () =>
        system.failures.length > 0 ||
        condition().catch(error => {
          waits.push(error.message);
          return false;
        }),
      { timeoutMs, everyMs: 200 },
    ).catch(error => system.fail(error.message));
  await chores;
  const scheduled = workloads.filter(({ kind }) => kind === 'scheduled');
  for (const { name } of scheduled) {
    await wait(
      'the schedule is suspended',
      () => suspend(system, name),
      END_MS,
    );
  }
  await wait('all jobs have ended', () => haveEnded(system), END_MS);
  await wait('nothing is left', () => isQuiet(system), QUIET_MS);
  const account = await readAccount(system, { workloads, strikes }).catch(
    error => {
      system.fail(`the account cannot be read: ${error.stack}`);
    },
  );
  const faults = [
    ...system.failures,
    ...(account ? checkAccount(account) : []),
  ];
  if (faults.length > 0)
    faults.push(...(await stateOf(system, account, waits)));
  return faults;
}

async function suspend(system, name) {
  const at = `${NAMESPACE}/arenajobs/${name}`;
  const { apiVersion, kind, metadata, spec } = await system.portal.get(at);
  await system.portal.send('PUT', at, {
    apiVersion,
    kind,
    metadata,
    spec: { ...spec, schedule: { ...spec.schedule, suspend: true } },
  });
  return true;
}

async function haveEnded(system) {
  const { items } = await system.portal.get(`${NAMESPACE}/arenajobs`);
  return items.every(
    ({ spec, status }) => spec.schedule || ENDED.includes(status?.phase),
  );
}

/** Runs of jobs that end early are closed later; leases of what was reported last run out. */
async function isQuiet(system) {
  const [open] = await system.database.query(
    "select (select count(*) from runs where state <> 'Closed') + (select count(*) from run_leases) as count",
  );
  return (
    Number(open.count) === 0 && (await system.portal.workers()).length === 0
  );
}

/** For whoever looks for the cause. */
async function stateOf(system, account, waits) {
  const { items = [] } = await system.portal
    .get(`${NAMESPACE}/arenajobs`)
    .catch(error => {
      waits.push(error.message);
      return {};
    });
  return [
    '--- jobs',
    ...items.map(({ metadata, status }) =>
      JSON.stringify({ name: metadata.name, status }),
    ),
    '--- database',
    JSON.stringify(account?.database),
    '--- left on disk',
    JSON.stringify(account?.folders),
    '--- what was refused while waiting',
    ...new Set(waits.slice(-5)),
    '--- log of the backend',
    system.portal.log
      .split('\n')
      .filter(line => !line.includes('incomingRequest'))
      .join('\n')
      .slice(-8_000),
  ];
}
