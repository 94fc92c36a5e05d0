import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../../scripts/lib/paths.mjs';
import { ENDED } from '../../lib/phases.mjs';
import { NAMESPACE } from '../../lib/PortalUnderTest.mjs';
import { ChaosSystem } from './ChaosSystem.mjs';
import { checkAccount } from './check/checkAccount.mjs';
import { minutesOf } from './check/checkSchedule.mjs';
import { endOfLog } from './endOfLog.mjs';
import { insist } from './insist.mjs';
import { isQuiet } from './isQuiet.mjs';
import { planOf } from './planOf.mjs';
import { readAccount } from './readAccount.mjs';
import { suspend } from './suspend.mjs';

/** A portal that is not there by then never comes; a seed starts it three times at most. */
const START_MS = 180_000;
const MOST_STARTS = 3;
/** A fault whose moment does not come, because nobody has made calls for so long, strikes all the same. */
const SILENCE_MS = 90_000;
/** So does one whose moment has not come so long after jobs were created. */
const MOMENTS_MS = 480_000;
/** After the last fault, until all has ended, with all that is done by hand. */
const END_MS = 180_000;
/** After that, until nothing is left of it. */
const QUIET_MS = 20_000;
/** Pauses, crashes of the database, reading the account, cleaning up. */
const REST_MS = 180_000;

/** No seed takes longer, whatever goes wrong. */
export const LONGEST_MS =
  MOST_STARTS * START_MS + MOMENTS_MS + END_MS + QUIET_MS + REST_MS;

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
    hasSmallDisk: plan.faults.some(({ fault }) => fault.kind === 'fill-disk'),
  });
  const tell = line => say(`  ${seconds()} s: ${line}`);
  const faults = [];
  let chores;
  try {
    tell('the portal is there');
    const createdAt = await system.createJobs();
    chores = Promise.all(choresOf(system, plan.workloads)).catch(error =>
      system.fail(error.message),
    );
    const strikes = await strikeAll(system, plan.faults, tell);
    system.deadline = Date.now() + END_MS;
    system.pace.last();
    faults.push(
      ...(await endOf(system, {
        ...plan,
        seed,
        database,
        strikes,
        chores,
        createdAt,
        tell,
      })),
    );
  } finally {
    faults.push(...(await system.stop()));
    await chores;
  }
  tell(faults.length === 0 ? 'all is well' : 'FAILED');
  return faults;
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
  const momentsEnd = Date.now() + MOMENTS_MS;
  for (const { fault, drawn, at } of faults) {
    await momentOf(system, at, momentsEnd);
    if (system.failures.length > 0) return strikes;
    system.pace.slow();
    // What is in flight when it strikes takes its time.
    await sleep(50);
    const calls = system.callsMade();
    const from = Date.now();
    let struck;
    try {
      struck = await fault.strike(system, drawn);
    } catch (error) {
      system.fail(`${fault.kind} (planned at call ${at}): ${error.stack}`);
      return strikes;
    }
    const { what, ...cost } = struck;
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

async function momentOf(system, at, end) {
  let made = system.callsMade();
  let madeAt = Date.now();
  while (made < at && system.failures.length === 0) {
    await sleep(10);
    const now = system.callsMade();
    if (now > made) madeAt = Date.now();
    else if (Date.now() > madeAt + SILENCE_MS) return;
    if (Date.now() > end) return;
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

async function endOf(system, given) {
  const { seed, database, workloads, strikes, chores, createdAt, tell } = given;
  const wait = (what, ask) =>
    insist(system, what, ask).catch(error => system.fail(error.message));
  await chores;
  const schedules = new Map();
  for (const { name, kind } of workloads) {
    if (kind !== 'scheduled') continue;
    const suspendedAt = Date.now();
    await wait('the schedule is suspended', () => suspend(system, name));
    await wait('all that was due is dealt with', () => isSettled(system, name));
    const life = { createdAt: createdAt.get(name), suspendedAt };
    schedules.set(name, life);
    tell(`${name} was due ${minutesOf(life).length} times`);
  }
  await wait('all jobs have ended', () => haveEnded(system));
  system.deadline = Date.now() + QUIET_MS;
  await wait('nothing is left', () => isQuiet(system));
  const measured = strikes.map(({ effect, ...strike }) => ({
    ...strike,
    ...(effect && { effect: effect() }),
  }));
  const vain = measured.filter(({ effect }) => effect === 0);
  if (vain.length > 0) {
    tell(
      `${vain.length} of ${strikes.length} faults came to nothing: ${vain
        .map(({ kind }) => kind)
        .join(', ')}`,
    );
  }
  const account = await readAccount(system, {
    workloads,
    strikes: measured,
    schedules,
  }).catch(error => {
    system.fail(`the account cannot be read: ${error.stack}`);
  });
  const faults = [
    ...system.failures,
    ...(account ? checkAccount(account) : []),
  ];
  if (faults.length > 0) {
    faults.push(...(await stateOf(system, account)));
    faults.push(await keep(system, account, { seed, database }));
  }
  return faults;
}

/** The schedule says so when it has put on record what was due before. */
async function isSettled(system, name) {
  const { status } = await system.portal.get(`${NAMESPACE}/arenajobs/${name}`);
  return status?.conditions?.some(
    ({ type, reason }) => type === 'Scheduling' && reason === 'Suspended',
  );
}

async function haveEnded(system) {
  const { items } = await system.portal.get(`${NAMESPACE}/arenajobs`);
  return items.every(
    ({ spec, status }) => spec.schedule || ENDED.includes(status?.phase),
  );
}

/** For whoever looks for the cause. */
async function stateOf(system, account) {
  const { items = [] } = await system.portal
    .get(`${NAMESPACE}/arenajobs`)
    .catch(error => {
      system.refusals.push(error.message);
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
    ...new Set(system.refusals.slice(-5)),
    '--- log of the backend',
    endOfLog(system.portal.log),
  ];
}

/** All that is known, for whoever looks for the cause: too long to be printed. */
async function keep(system, account, { seed, database }) {
  const folder = path.join('test-results', 'chaos', `${database}-${seed}`);
  const at = path.join(root, folder);
  await mkdir(at, { recursive: true });
  await writeFile(path.join(at, 'backend.log'), system.portal.log);
  await writeFile(
    path.join(at, 'account.json'),
    JSON.stringify(account ?? null, undefined, 1),
  );
  return `--- the whole account and log: ${folder}`;
}
