import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosSystem } from '../../chaos/lib/ChaosSystem.mjs';
import { endOfLog } from '../../chaos/lib/endOfLog.mjs';
import { insist } from '../../chaos/lib/insist.mjs';
import { isQuiet } from '../../chaos/lib/isQuiet.mjs';
import { suspend } from '../../chaos/lib/suspend.mjs';
import { WORKLOADS } from '../../chaos/lib/workloads.mjs';
import { ENDED } from '../../lib/phases.mjs';
import { NAMESPACE } from '../../lib/PortalUnderTest.mjs';
import { randomOf } from '../../lib/randomOf.mjs';
import { until } from '../../lib/until.mjs';
import { takeSample } from './takeSample.mjs';

const SAMPLE_MS = 10_000;
/** Jobs that are there at a time, but for the schedule. */
const AT_A_TIME = 3;
const SECONDS_KEPT = 20;
const CANCEL_AFTER_MS = 3_000;
const JOB_MS = 180_000;
const QUIET_MS = 60_000;
/** One after the other; a schedule of every minute goes on beside them. */
const KINDS = ['evaluation', 'datagen', 'loadtest', 'cancelled'];

/**
 * Has a portal do what it does in hours: jobs of all types, one after the other without a pause, that are deleted soon after they have ended.
 *
 * @param {{ prepared: object, postgres?: object, minutes: number, say: (line: string) => void }} options
 * @returns {Promise<{ samples: import('./takeSample.mjs').Sample[], jobs: Record<string, number>, faults: string[] }>} `jobs`: how many ended, by phase
 */
export async function runSoak({ prepared, postgres, minutes, say }) {
  const random = randomOf(1);
  const workloads = [...KINDS, 'scheduled'].map(kind =>
    WORKLOADS[kind](random),
  );
  const system = await ChaosSystem.start({
    prepared,
    postgres,
    workloads,
    name: `soak_${process.pid}`,
  });
  const faults = [];
  const jobs = {};
  const samples = [];
  try {
    system.pace.last();
    for (const { name } of workloads) await system.createSource(name);
    const { spec } = workloads.at(-1);
    await system.portal.createObject('ArenaJob', 'scheduled', {
      sourceRef: { name: 'scheduled' },
      ...spec,
      schedule: {
        ...spec.schedule,
        successfulRunsHistoryLimit: 2,
        failedRunsHistoryLimit: 2,
      },
    });
    const startedAt = performance.now();
    const end = startedAt + minutes * 60_000;
    const isOver = () => performance.now() >= end || system.failures.length > 0;
    let number = 0;
    const nextJob = () => {
      const workload = workloads[number % KINDS.length];
      number += 1;
      return runJob(system, workload, number, jobs);
    };
    const lanes = Array.from({ length: AT_A_TIME }, async () => {
      while (!isOver()) await nextJob();
    });
    const working = Promise.all(lanes).catch(error =>
      system.fail(error.message),
    );
    for (;;) {
      await sleep(SAMPLE_MS);
      if (isOver()) break;
      const sample = await takeSample(system, startedAt);
      samples.push(sample);
      say(lineOf(sample));
    }
    await working;
    system.deadline = Date.now() + QUIET_MS;
    await insist(system, 'the schedule is suspended', () =>
      suspend(system, 'scheduled'),
    );
    await insist(system, 'nothing is left', () => isQuiet(system));
    faults.push(...(await system.database.faults()));
  } catch (error) {
    system.fail(error.stack);
  } finally {
    const log = system.portal?.log ?? '';
    faults.push(...system.failures, ...(await system.stop()));
    if (system.failures.length > 0) faults.push(endOfLog(log));
  }
  return { samples, jobs, faults };
}

async function runJob(system, { name, kind, spec }, number, jobs) {
  const job = `${name}-${number}`;
  const at = `${NAMESPACE}/arenajobs/${job}`;
  await system.portal.createObject('ArenaJob', job, {
    sourceRef: { name },
    ttlSecondsAfterFinished: SECONDS_KEPT,
    ...spec,
  });
  if (kind === 'cancelled') {
    await sleep(CANCEL_AFTER_MS);
    await system.portal.send('POST', `${at}/cancel`);
  }
  const phase = await until(
    `${job} has ended`,
    async () => {
      const { status } = await system.portal.get(at);
      return ENDED.includes(status?.phase) && status.phase;
    },
    { timeoutMs: JOB_MS, everyMs: 300 },
  );
  jobs[phase] = (jobs[phase] ?? 0) + 1;
}

function lineOf(sample) {
  const { atMs, memoryMiB, handles, workers, jobs, results, databaseMiB } =
    sample;
  const queries = Object.entries(sample.queryMs).map(
    ([name, ms]) => `${name} ${ms.toFixed(0)} ms`,
  );
  return [
    `${(atMs / 1_000).toFixed(0)} s`,
    `${memoryMiB.toFixed(0)} MiB`,
    `${handles} handles`,
    `${workers} workers`,
    `${jobs} jobs`,
    `${results} results`,
    `database ${databaseMiB.toFixed(1)} MiB`,
    ...queries,
  ].join(', ');
}
