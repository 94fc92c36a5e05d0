import { LoadAccumulator, LoadTotals, WorkerTotals } from './LoadAccumulator';
import { LoadHistogram } from './LoadHistogram';
import { addCounts, LOAD_TIMES, LoadCounts, LoadTime } from './LoadRecord';

/** Counts, drops, and encoded histograms by name. @public */
export interface SavedTotals {
  counts: LoadCounts;
  dropped: LoadTotals['dropped'];
  times: Partial<Record<LoadTime, string>>;
}

/** What was added up of a load test, as plain data: goes through JSON. @public */
export interface SavedLoad {
  stages: Array<[number, SavedTotals]>;
  providers: Array<[string, SavedTotals]>;
  scenarios: Array<[string, LoadCounts]>;
  workers: Array<
    [string, Omit<WorkerTotals, 'totals'> & { totals: SavedTotals }]
  >;
  measured: SavedTotals;
  cost: number;
}

/**
 * Saves what is in an accumulator now.
 *
 * @param pause - called after each histogram: a test of many stages and providers has hundreds. Nothing may be added meanwhile.
 * @public
 */
export async function saveLoad(
  accumulator: LoadAccumulator,
  pause: () => Promise<unknown>,
): Promise<SavedLoad> {
  const save = (totals: LoadTotals) => saveTotals(totals, pause);
  const saved: SavedLoad = {
    stages: [],
    providers: [],
    scenarios: [...accumulator.scenarios],
    workers: [],
    measured: await save(accumulator.measured),
    cost: accumulator.cost,
  };
  for (const [stage, totals] of accumulator.stages) {
    saved.stages.push([stage, await save(totals)]);
  }
  for (const [id, totals] of accumulator.providers) {
    saved.providers.push([id, await save(totals)]);
  }
  for (const [id, worker] of accumulator.workers) {
    const totals = await save(worker.totals);
    saved.workers.push([id, { ...worker, totals }]);
  }
  return saved;
}

/**
 * Puts what was saved into an accumulator that is empty: it is then what the saved one was.
 *
 * @param pause - as in {@link saveLoad}
 * @public
 */
export async function restoreLoad(
  accumulator: LoadAccumulator,
  saved: SavedLoad,
  pause: () => Promise<unknown>,
): Promise<void> {
  const { stages, providers, scenarios, workers, measured } = accumulator;
  const restored = async (totals: SavedTotals) => {
    const target = new LoadTotals();
    await restoreTotals(target, totals, pause);
    return target;
  };
  await restoreTotals(measured, saved.measured, pause);
  accumulator.cost = saved.cost;
  for (const [stage, totals] of saved.stages) {
    stages.set(stage, await restored(totals));
  }
  for (const [id, totals] of saved.providers) {
    providers.set(id, await restored(totals));
  }
  for (const [id, counts] of saved.scenarios) scenarios.set(id, counts);
  for (const [id, worker] of saved.workers) {
    const totals = await restored(worker.totals);
    workers.set(id, { ...worker, totals });
  }
}

async function saveTotals(
  { counts, dropped, times }: LoadTotals,
  pause: () => Promise<unknown>,
): Promise<SavedTotals> {
  const saved: SavedTotals = { counts, dropped, times: {} };
  for (const [name, histogram] of times) {
    saved.times[name] = histogram.encode();
    await pause();
  }
  return saved;
}

async function restoreTotals(
  target: LoadTotals,
  { counts, dropped, times }: SavedTotals,
  pause: () => Promise<unknown>,
): Promise<void> {
  addCounts(target.counts, counts);
  target.addDropped(dropped);
  for (const name of LOAD_TIMES) {
    const encoded = times[name];
    if (encoded === undefined) continue;
    LoadHistogram.addEncoded(encoded, [target.time(name)]);
    await pause();
  }
}
