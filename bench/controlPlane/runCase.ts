import { createDatabase } from './databases';
import { measureFirstLease } from './firstLease';
import { ViewTimes } from './messages';
import { probe } from './probe';
import { quantile } from './quantile';
import { startBackend, startWorkers } from './processes';
import { Database } from './options';

export interface CaseResult {
  database: Database;
  workers: number;
  items: number;
  itemsPerSecond: number;
  bareRowsPerSecond: number;
  ratio: number;
  catalogRequests: number;
  catalogP50Ms: number;
  catalogP99Ms: number;
  firstLeaseMs: number;
  rssStartMiB: number;
  rssEndMiB: number;
  rssMaxMiB: number;
  /** Memory in the last quarter of the run against that in the second quarter. */
  memoryGrowth: number;
  /** Of the backend, all threads; requests to the catalog included. */
  cpuMsPerItem: number;
  viewers: number;
  /** Messages that all viewers got, and those of the one that got the fewest. */
  streamEvents: number;
  streamEventsMin: number;
  /** ArenaJobs in the store. */
  jobs: number;
  /** Once the run is over. */
  views: ViewTimes;
}

/** Enough for a rate, without so many rows that go again. */
const MAX_BASELINE_ITEMS = 100_000;
const POLL_MS = 50;
// More than a round trip takes: a worker prepares the next report while one is being stored.
const IN_FLIGHT_ALONE = 4;
const IN_FLIGHT_SHARED = 1;

/** One database, one number of workers. */
export async function runCase(options: {
  database: Database;
  workers: number;
  items: number;
  largeItems: number;
  viewers: number;
  jobs: number;
}): Promise<CaseResult> {
  const database = await createDatabase(options.database);
  const backend = await startBackend(database.config);
  try {
    await backend.ask('jobs', { type: 'jobs', count: options.jobs });
    const { firstLeaseMs } = await measureFirstLease(
      backend,
      options.largeItems,
    );
    const bare = [await baseline()];
    const measured = await measurePipeline();
    // Before and after, because the machine is not the same all the time.
    bare.push(await baseline());
    const bareRowsPerSecond = (bare[0] + bare[1]) / 2;
    return {
      database: options.database,
      workers: options.workers,
      items: options.items,
      viewers: options.viewers,
      jobs: options.jobs,
      bareRowsPerSecond,
      ratio: measured.itemsPerSecond / bareRowsPerSecond,
      firstLeaseMs,
      ...measured,
    };
  } finally {
    await backend.stop();
    await database.drop();
  }

  /** With the same readers beside it as the run itself. */
  async function baseline(): Promise<number> {
    const probes = await probe(backend, 'large', options.viewers);
    try {
      const { rowsPerSecond } = await backend.ask('baseline', {
        type: 'baseline',
        items: Math.min(options.items, MAX_BASELINE_ITEMS),
      });
      return rowsPerSecond;
    } finally {
      await probes.stop();
    }
  }

  async function measurePipeline() {
    const runId = 'pipeline';
    const { token } = await backend.ask('create', {
      type: 'create',
      runId,
      items: options.items,
    });
    const workers = await startWorkers({
      backendUrl: `${backend.url}/worker/v1`,
      token,
      workers: options.workers,
      inFlight: options.workers === 1 ? IN_FLIGHT_ALONE : IN_FLIGHT_SHARED,
    });
    const probes = await probe(backend, runId, options.viewers);
    const memory: number[] = [];
    try {
      const before = await backend.ask('memory', { type: 'memory' });
      const begin = performance.now();
      workers.start();
      let sampled = 0;
      for (;;) {
        const head = await backend.ask('head', { type: 'head', runId });
        if (performance.now() - sampled > 200) {
          sampled = performance.now();
          memory.push((await backend.ask('memory', { type: 'memory' })).rssMiB);
        }
        if (head.state !== 'Running') break;
        workers.check();
        await new Promise(resolve => setTimeout(resolve, POLL_MS));
      }
      const seconds = (performance.now() - begin) / 1_000;
      const after = await backend.ask('memory', { type: 'memory' });
      const { latencies, events } = await probes.stop();
      const accepted = await workers.done();
      if (accepted !== options.items) {
        throw new Error(`${accepted} of ${options.items} items were accepted`);
      }
      const views = await backend.ask('views', { type: 'views', runId });
      const quarter = Math.ceil(memory.length / 4);
      return {
        itemsPerSecond: options.items / seconds,
        cpuMsPerItem:
          (1_000 * (after.cpuSeconds - before.cpuSeconds)) / options.items,
        catalogRequests: latencies.length,
        catalogP50Ms: quantile(latencies, 0.5),
        catalogP99Ms: quantile(latencies, 0.99),
        rssStartMiB: memory[0],
        rssEndMiB: memory[memory.length - 1],
        rssMaxMiB: Math.max(...memory),
        memoryGrowth:
          quantile(memory.slice(-quarter), 0.5) /
          quantile(memory.slice(quarter, 2 * quarter), 0.5),
        streamEvents: events.reduce((sum, count) => sum + count, 0),
        streamEventsMin: Math.min(...events),
        views,
      };
    } finally {
      await probes.stop();
      workers.stop();
    }
  }
}
