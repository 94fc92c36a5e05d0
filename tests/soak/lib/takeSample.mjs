import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { median } from '../../lib/median.mjs';
import { NAMESPACE } from '../../lib/PortalUnderTest.mjs';

/** Of the times of a query the middle one counts. */
const ASKED = 5;
const PAGES = {
  jobs: '/clusters/embedded/jobs?limit=50',
  objects: `${NAMESPACE}/arenajobs`,
  runs: `${NAMESPACE}/arenajobs/scheduled/runs`,
};

/**
 * What must not grow with the time that a portal has been up, and what may grow with the results that it keeps.
 *
 * @typedef {object} Sample
 * @property {number} atMs - since the start
 * @property {number} memoryMiB - resident, of the backend
 * @property {number} handles - open files and sockets of the backend
 * @property {number} workers - processes
 * @property {number} jobs - ArenaJobs in the store
 * @property {number} results - of items and conversations, in the database
 * @property {number} databaseMiB - with its log
 * @property {Record<string, number>} queryMs - by what is asked for
 */

/**
 * @param {import('../../chaos/lib/ChaosSystem.mjs').ChaosSystem} system
 * @param {number} startedAt - `performance.now()`
 * @returns {Promise<Sample>}
 */
export async function takeSample(system, startedAt) {
  const { pid } = system.portal;
  const [handles, status, workers] = await Promise.all([
    readdir(`/proc/${pid}/fd`),
    readFile(`/proc/${pid}/status`, 'utf8'),
    system.portal.workers(),
  ]);
  const queryMs = {};
  for (const [what, at] of Object.entries(PAGES)) {
    queryMs[what] = await middleTime(() => system.portal.get(at));
  }
  const [{ results }] = await system.database.query(
    'select coalesce(sum(passed + failed + errored), 0) as results from runs',
  );
  const [{ jobs }] = await system.database.query(
    "select count(*) as jobs from resources where kind = 'ArenaJob'",
  );
  return {
    atMs: performance.now() - startedAt,
    memoryMiB: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) / 1_024,
    handles: handles.length,
    workers: workers.length,
    jobs: Number(jobs),
    results: Number(results),
    databaseMiB: (await databaseBytes(system)) / 1_048_576,
    queryMs,
  };
}

async function middleTime(ask) {
  const times = [];
  for (let n = 0; n < ASKED; n += 1) {
    const from = performance.now();
    await ask();
    times.push(performance.now() - from);
  }
  return median(times);
}

async function databaseBytes(system) {
  if (system.postgres) {
    const [{ bytes }] = await system.database.query(
      'select pg_database_size(current_database()) as bytes',
    );
    return Number(bytes);
  }
  const folder = path.join(system.directory, 'database');
  const names = (await readdir(folder)).filter(name =>
    name.startsWith('arena.sqlite'),
  );
  const sizes = await Promise.all(
    names.map(async name => (await stat(path.join(folder, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
