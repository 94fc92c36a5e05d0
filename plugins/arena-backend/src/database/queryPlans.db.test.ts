import { mockLogger } from '../__testUtils__/mockLogger';
import {
  ArenaSource,
  EMBEDDED_CLUSTER,
  RunItemOrder,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { databases } from '../__testUtils__/databases';
import {
  setupRuns,
  testPlan,
  testReport,
  testRun,
} from '../__testUtils__/runs';
import { ItemComments } from '../comments/ItemComments';
import { readStoredFigures } from '../metrics/readStoredFigures';
import { RunEventDeliveries } from '../runEvents/RunEventDeliveries';
import { RunEvents } from '../runEvents/RunEvents';
import { PlannedRuns } from '../runs/PlannedRun';
import { pruneRuns } from '../runs/pruneRuns';
import { RunSeries } from '../runs/RunSeries';
import { ScheduleHistory } from '../schedules/ScheduleHistory';
import { openBundles, runReferences } from '../services/runReferences';
import { DatabaseSnapshotStore } from '../snapshots/DatabaseSnapshotStore';
import { SourceRevisions } from '../sources/revisions/SourceRevisions';
import { createStore } from '../store/__testUtils__/storeTestBed';
import { compactHistory } from '../store/operations/compactHistory';
import { findOrphans } from '../store/operations/findOrphans';
import { readChanges } from '../store/operations/readChanges';
import { DatabaseTranscriptStore } from '../transcripts/DatabaseTranscriptStore';
import { findBaseline } from '../verdicts/findBaseline';
import { keptBaselines } from '../verdicts/keptBaselines';
import { RunVerdicts } from '../verdicts/RunVerdicts';
import { fullScansOf } from './__testUtils__/explainQueries';
import { fillTables } from './__testUtils__/fillTables';

jest.setTimeout(180_000);

/** Of each table. Plans do not depend on their number: SQLite looks at the indexes alone, and PostgreSQL is made to. */
const ROWS = 1_000;

const REF = { significance: 0.05, minEffect: 1, cells: false };
const cluster = EMBEDDED_CLUSTER;
const namespace = 'ns-1';
const PROBE = 'probe-1';
const WORK = 'work-1';

/** Goes through a table whole, and why that is right. */
type Exceptions = Record<string, string>;
type Case = [
  name: string,
  ask: () => Promise<unknown>,
  exceptions?: Exceptions,
];

const JOBS: Exceptions = {
  resources: 'counts all jobs that match, which may be almost all objects',
  resource_labels: 'joined with almost all jobs',
  resource_revisions: 'joined with almost all jobs',
};
const ORPHANS: Exceptions = {
  resources: 'looks at all owners, once a minute',
  resource_owners: 'looks at all owners, once a minute',
};

const FIGURES: Exceptions = {
  run_leases: 'counts all: there are none of runs that are over',
  run_event_deliveries: 'counts all: they are what is still to be told',
  snapshots: 'adds up all sizes; the contents are in another table',
};

async function some(
  values: AsyncIterable<unknown>,
  count: number,
): Promise<void> {
  let seen = 0;
  for await (const _ of values) {
    seen += 1;
    if (seen === count) return;
  }
}

const all = (values: AsyncIterable<unknown>) => some(values, Infinity);

describe.each(databases.eachSupportedId())('query plans on %p', id => {
  let parts: Awaited<ReturnType<typeof setup>>;
  beforeAll(async () => {
    parts = await setup();
  });

  async function setup() {
    const { knex, clock, store: runs, queue } = await setupRuns(id);
    const plan = testPlan({ scenarios: 50, providers: 10, trials: 5 });
    await runs.create(testRun({ id: PROBE, plan }));
    await runs.create(
      testRun({ id: WORK, jobUid: 'work', jobName: 'work', plan }),
    );
    const filled = await fillTables(knex, {
      rows: ROWS,
      now: clock.now().getTime(),
      runSeq: 1,
    });
    return { knex, clock, runs, queue, filled };
  }

  it('goes through no table that grows, whatever is asked for', async () => {
    const { knex, clock, runs, queue, filled } = parts;
    const logger = mockLogger();
    const store = createStore(knex, { clock });
    await knex('resource_stores').insert({
      cluster,
      resource_version: 1_000_000,
      compacted_version: 0,
    });
    const planned = new PlannedRuns(knex);
    const verdicts = new RunVerdicts({ knex, runs: planned });
    const series = new RunSeries(knex);
    const comments = new ItemComments({ knex, clock, runs: planned, series });
    const snapshots = new DatabaseSnapshotStore({ knex, clock });
    const schedules = new ScheduleHistory(knex);
    const jobsOf = (query: object) =>
      store.jobs.queryJobs({ cluster, ...query });
    const list = (query: object) =>
      store.resources.list('ArenaJob', { limit: 50, ...query });
    const items = (query: object) => runs.items(PROBE, query);
    const keptJobs = [{ jobRef: { name: 'job-1' } }, { branch: 'main' }].map(
      baseline => ({
        cluster,
        job: {
          metadata: { namespace, name: 'job-1' },
          spec: { evaluation: { gate: { baseline } } },
        },
      }),
    ) as never[];
    const sourceOf = (uid: string) => ({ metadata: { uid } } as ArenaSource);
    const worker = { workerId: 'w', capacity: 10 };
    const scope = { cluster, namespace };
    const seeker = {
      ...{ seq: 1_000_000, cluster, namespace, series: 'job-1' },
      ...{ sourceName: 'source-1', arenaFile: 'config.arena.yaml' },
    };
    const revisions = new SourceRevisions({ knex, clock });
    const events = new RunEvents({ knex, clock, targets: [], planners: [] });
    const deliveries = new RunEventDeliveries({
      ...{ knex, clock, logger },
      receivers: [{ name: 'webhook', wants: () => true, send: async () => {} }],
    });
    const registration = {
      protocolVersion: WORKER_PROTOCOL_VERSION,
      ...{ workerId: 'w', engineVersion: '1', host: 'h' },
    };
    const readable = (criteria: object) => ({
      readable: { allows: () => true, criteria },
    });

    const cases: Case[] = [
      // Objects.
      ['objects', () => list({})],
      [
        'an object',
        () => store.resources.get('ArenaJob', { namespace, name: 'job-1' }),
      ],
      ['objects of a namespace', () => list({ namespace })],
      ['objects with a label', () => list({ labelSelector: 'team=team-1' })],
      [
        'objects of a phase',
        () => list({ fieldSelector: 'status.phase=Running' }),
      ],
      ['the next page of objects', () => nextPage()],
      [
        'sources of a namespace',
        () => store.resources.list('ArenaSource', { namespace, limit: 50 }),
      ],
      ['events of an object', () => store.events.list({ uid: 'uid-1' })],
      ['events of objects that are gone', () => store.events.deleteExpired()],
      [
        'changes',
        () =>
          readChanges(knex, {
            cluster,
            kind: 'all',
            after: 10,
            until: 2_000,
            limit: 200,
          }),
      ],
      [
        'history',
        () =>
          compactHistory(knex, {
            cluster,
            before: clock.now().getTime() - 3_600_000,
            keep: 50_000,
          }),
      ],
      [
        'what a deleted object owned',
        () => findOrphans(knex, { cluster, ownerUid: 'uid-1', limit: 100 }),
      ],
      ['orphans', () => findOrphans(knex, { cluster, limit: 100 }), ORPHANS],
      // The table of jobs.
      ...(['created', 'name', 'phase'] as const).flatMap(orderBy =>
        (['asc', 'desc'] as const).map(
          (order): Case => [
            `jobs by ${orderBy} ${order}`,
            () => jobsOf({ orderBy, order }),
            JOBS,
          ],
        ),
      ),
      ['jobs of a namespace', () => jobsOf({ namespace })],
      ['jobs of a phase', () => jobsOf({ phase: ['Running'] })],
      ['jobs of a source', () => jobsOf({ source: 'source-1' })],
      [
        'jobs of a component',
        () => jobsOf({ component: 'component:default/service-1' }),
      ],
      ['jobs with a part of the name', () => jobsOf({ search: '99' }), JOBS],
      [
        'jobs without those of schedules',
        () => jobsOf({ children: false }),
        JOBS,
      ],
      [
        'jobs of some owners',
        () =>
          jobsOf(readable({ field: 'owner', claims: ['user:default/user-1'] })),
        JOBS,
      ],
      // Runs.
      ['heads', () => runs.heads(['run-1', 'run-2'])],
      ['a run', () => runs.get(PROBE)],
      ['runs of a job', () => runs.find({ jobUid: 'uid-1', limit: 100 })],
      [
        'runs of a job that is gone',
        () => runs.find({ ...scope, jobName: 'job-1', limit: 100 }),
      ],
      ['items', () => items({})],
      ['failed items', () => items({ status: ['failed'] })],
      ['items of a provider', () => items({ provider: ['provider-1'] })],
      ['items of a scenario', () => items({ scenario: ['scenario-1'] })],
      ...(
        ['index', 'durationMs', 'cost', 'outputTokens', 'finishedAt'] as const
      ).map(
        (orderBy): Case => [`items by ${orderBy}`, () => twoPages(orderBy)],
      ),
      [
        'failed items by duration',
        () => items({ status: ['failed'], orderBy: 'durationMs' }),
      ],
      ['an item', () => runs.item(PROBE, 7)],
      ['the matrix', () => runs.matrix(PROBE)],
      ['totals', () => runs.totals(PROBE)],
      ['statistics', () => runs.statistics(PROBE, { limit: 2 })],
      ['cells that have changed', () => runs.cellsSince(PROBE, 490)],
      [
        'indexes of failed items',
        () => all(runs.readIndexes(PROBE, ['failed'])),
      ],
      ['results for reports', () => all(runs.readResults(PROBE, { from: 0 }))],
      [
        'transcripts',
        () =>
          all(
            new DatabaseTranscriptStore({ knex, runs: planned }).readAll(PROBE),
          ),
      ],
      ['open runs', () => runs.openRuns({ cluster })],
      ['open runs of a namespace', () => runs.openRuns(scope)],
      [
        'what a namespace has spent',
        () => runs.spent(scope, new Date(clock.now().getTime() - 86_400_000)),
      ],
      // Verdicts and comments.
      ['a trend', () => verdicts.trend({ ...scope, job: 'job-1', limit: 20 })],
      [
        'how a job ended',
        () => verdicts.phaseOf(cluster, { namespace, name: 'job-1' }),
      ],
      ['a gate', () => verdicts.gate(PROBE)],
      ['the baseline of a job', () => findBaseline(knex, REF, seeker)],
      [
        'the baseline of a branch',
        () => findBaseline(knex, { ...REF, branch: 'branch-10' }, seeker),
      ],
      ['baselines that are kept', () => keptBaselines(knex, keptJobs)],
      ['series of runs', () => series.find(['run-1', 'run-2'])],
      ['runs of a series', () => series.isAlive({ ...scope, series: 'none' })],
      ['versions of comments', () => comments.versions(['run-3', 'run-4'])],
      ['comments of an item', () => comments.discussion(PROBE, 1)],
      ['cells with comments', () => comments.cells(PROBE, { limit: 20 })],
      // What workers ask for.
      ['a token', () => runs.verifyToken('unknown')],
      ['a worker registers', () => queue.register(WORK, registration)],
      ['a lease, a report, a heartbeat', () => workOnce()],
      ['expired leases', () => queue.expire()],
      // What happens in the background.
      ['bundles in use', () => all(openBundles(knex)())],
      [
        'what runs need of snapshots',
        () => some(runReferences(knex)(), 600),
        { run_plans: 'page by page, along its key' },
      ],
      [
        'snapshots that were not used',
        () =>
          some(snapshots.listUsedBefore(clock.now().getTime() - 1_000_000), 1),
      ],
      ['uploads that were given up', () => snapshots.deleteAbandoned()],
      [
        'revisions of a source',
        () => revisions.list(cluster, sourceOf('uid-1')),
      ],
      [
        'revisions of all sources',
        () => all(revisions.references()()),
        {
          source_revisions: 'all are wanted: ten of each source, now and then',
        },
      ],
      ['fires of a schedule', () => schedules.list('uid-1', { limit: 20 })],
      ['fires of a schedule that run', () => schedules.running('uid-1')],
      ['jobs with schedules', () => some(schedules.jobs(cluster), 1)],
      [
        'figures of dashboards',
        () => readStoredFigures(knex, { silentSince: 0 }),
        FIGURES,
      ],
      ['ends of long ago', () => events.prune()],
      ['ends to be told', () => deliveries.run(new AbortController().signal)],
      [
        'old runs',
        () =>
          pruneRuns(knex, clock, {
            transcriptDays: 30,
            resultDays: 365,
            kept: new Set(),
          }),
      ],
    ];

    async function nextPage() {
      const { metadata } = await list({});
      return list({ continue: metadata.continue });
    }

    async function twoPages(orderBy: RunItemOrder) {
      const { nextCursor } = await items({ orderBy, order: 'desc' });
      return items({ orderBy, order: 'desc', cursor: nextCursor });
    }

    async function workOnce() {
      const lease = await queue.lease(WORK, worker);
      if (lease.state !== 'granted') throw new Error(lease.state);
      const { leaseId, fence, ranges } = lease;
      const held = { workerId: worker.workerId, leaseId, fence };
      await queue.heartbeat(WORK, {
        workerId: worker.workerId,
        leases: [{ leaseId, fence, started: [ranges[0].from] }],
      });
      await queue.report(WORK, {
        ...held,
        results: [testReport(ranges[0].from)],
      });
      await queue.release(WORK, { ...held, started: [] });
    }

    const failures: string[] = [];
    for (const [name, ask, exceptions = {}] of cases) {
      const scans = await fullScansOf(knex, ask).catch(error => {
        throw new Error(`${name}: ${error}`, { cause: error });
      });
      for (const { table, step, sql } of scans) {
        if (filled.has(table) && !Object.hasOwn(exceptions, table)) {
          failures.push(`${name}: ${step} (${table})\n    ${sql}`);
        }
      }
    }
    expect(failures).toEqual([]);
  });

  it('would notice one', async () => {
    const { knex, filled } = parts;
    const scans = await fullScansOf(knex, async () =>
      knex('runs').where({ outcome: 'Cancelled' }).first('seq'),
    );
    expect(scans).toEqual([
      expect.objectContaining({ table: 'runs', step: expect.any(String) }),
    ]);
    expect(filled).toContain('runs');
  });
});
