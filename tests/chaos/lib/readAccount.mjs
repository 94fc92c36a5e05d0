import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { NAMESPACE } from '../../lib/PortalUnderTest.mjs';
import { signalIfThere } from './signalIfThere.mjs';

const PAGE = 500;
const LOAD_REPORT = 'loadtest.json';

/**
 * Everything that there is to know when all has ended, for `checkAccount`: what the API says, what is in the database, what the models were
 * asked, and what lies about.
 *
 * @param {import('./ChaosSystem.mjs').ChaosSystem} system
 * @param {{ workloads: import('./workloads.mjs').Workload[], strikes: object[], schedules: Map<string, { createdAt: number, suspendedAt: number }> }} given
 */
export async function readAccount(system, { workloads, strikes, schedules }) {
  const { items: jobs } = await system.portal.get(`${NAMESPACE}/arenajobs`);
  const accounts = [];
  for (const workload of workloads) {
    const { name } = workload;
    const model = system.models.get(name);
    const own = jobs.filter(({ spec }) => spec.sourceRef.name === name);
    accounts.push({
      workload,
      calls: model.calls.map(call => ({ ...call })),
      cuts: model.cuts,
      ...(model.rows && { newRows: [...model.rows.rows] }),
      schedule: jobOf(own, name).spec.schedule
        ? { ...schedules.get(name), ...(await readSchedule(system, name)) }
        : undefined,
      jobs: await Promise.all(own.map(job => readJob(system, workload, job))),
    });
  }
  return {
    accounts,
    strikes,
    database: await readTables(system.database),
    databaseFaults: await system.database.faults(),
    workers: await system.portal.workers(),
    folders: await readFolders(system.directory),
  };
}

function jobOf(jobs, name) {
  const found = jobs.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`The job ${name} is gone`);
  return found;
}

async function readJob(system, { kind }, { metadata, spec, status }) {
  const job = {
    name: metadata.name,
    isParent: spec.schedule !== undefined,
    isRerun:
      metadata.annotations?.['arena.backstage.io/rerun-of'] !== undefined,
    phase: status?.phase,
    reason: status?.conditions?.find(({ type }) => type === 'Progressing')
      ?.reason,
    progress: status?.progress,
  };
  const id = status?.run?.id;
  // The status of a parent is about the run of its latest child.
  if (!id || job.isParent) return job;
  const { get } = system.portal;
  const run = await get(`/runs/${id}`);
  return {
    ...job,
    run: {
      id,
      state: run.state,
      outcome: run.outcome,
      counters: run.counters,
      reports: run.reports.map(report => report.name),
      finalizeError: run.finalizeError,
    },
    ...(kind === 'loadtest'
      ? await readLoad(system.portal, run)
      : {
          items: await readPages(get, `/runs/${id}/items`),
          matrix: (await get(`/runs/${id}/matrix`)).cells,
        }),
    ...(kind === 'datagen' && {
      dataset: await get(`/runs/${id}/dataset`),
      rows: await readPages(get, `/runs/${id}/rows`),
    }),
  };
}

/** Nothing without a report: a test that is stuck. */
async function readLoad(portal, { id, reports }) {
  if (!reports.some(({ name }) => name === LOAD_REPORT)) return {};
  return {
    load: JSON.parse(await portal.text(`/runs/${id}/reports/${LOAD_REPORT}`)),
  };
}

async function readSchedule(system, name) {
  const { fires } = await system.portal.get(
    `${NAMESPACE}/arenajobs/${name}/schedule`,
  );
  return { fires };
}

async function readPages(get, at) {
  const all = [];
  let cursor;
  do {
    const page = await get(
      `${at}?limit=${PAGE}${
        cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
      }`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

/** @param {import('./openDatabase.mjs').ReadDatabase} database */
async function readTables({ query }) {
  const numbers = async sql =>
    (await query(sql)).map(row =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          // PostgreSQL gives large numbers as text.
          typeof value === 'string' && /^-?\d+(\.\d+)?(e[-+]\d+)?$/.test(value)
            ? Number(value)
            : value,
        ]),
      ),
    );
  return {
    runs: await numbers(
      'select seq, run_id, state, leased, total, passed, failed, errored, input_tokens, output_tokens, cost from runs',
    ),
    items: await numbers(
      'select run_seq, status, count(*) as count, count(distinct idx) as indexes, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, sum(cost) as cost from run_items group by run_seq, status',
    ),
    leases: await numbers('select run_seq, kind, remaining from run_leases'),
    pending: await numbers('select run_seq, idx_from, idx_to from run_pending'),
    livingTokens: await numbers(
      `select run_seq from run_tokens where not dead`,
    ),
    events: await numbers(
      'select run_id, count(*) as count from run_events group by run_id',
    ),
    orphans: await numbers(
      'select digest from snapshots where digest not in (select digest from source_revisions) and digest not in (select source_digest from run_plans where source_digest is not null) and digest not in (select digest from run_reports)',
    ),
    digests: (
      await query(
        'select source_digest as digest from run_plans union select digest from source_revisions',
      )
    ).map(({ digest }) => digest),
  };
}

/** What is left on disk: temporary folders, and bundles that were unpacked. */
async function readFolders(directory) {
  const list = async (...parts) =>
    readdir(path.join(directory, ...parts)).catch(error => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
  return {
    // Working folders of workers have the number of their process in their name.
    working: await workingFolders(directory, await list()),
    temporary: await list('arena', 'tmp'),
    bundles: await list('arena', 'bundles'),
  };
}

/** Of processes that are gone. A planner that gets itself ready for whatever comes next has one, and clears it away. */
async function workingFolders(directory, names) {
  const folders = [];
  for (const name of names) {
    const [, digits] = /^arena-.*-(\d+)-[A-Za-z0-9]{6}$/.exec(name) ?? [];
    const pid = Number(digits);
    if (!digits || signalIfThere(pid, 0)) continue;
    const files = await readdir(path.join(directory, name), {
      recursive: true,
    }).catch(error => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (files) folders.push({ name, pid, files });
  }
  return folders;
}
