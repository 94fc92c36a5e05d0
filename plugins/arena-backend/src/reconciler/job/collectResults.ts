import { ArenaThreshold } from '@backstage-arena/plugin-arena-common';
import { RunHead, RunStore } from '../../runs/RunStore';
import { BudgetCut, ErrorGroup, ItemTimes, RunResults } from './RunResults';
import { needsItemTimes } from './thresholds';

/** More unsuccessful items than this add nothing to a list of the most frequent messages. */
const MAX_INSPECTED = 10_000;
const MAX_GROUPS = 20;
const MAX_MESSAGE = 300;
const ITEMS_PER_GROUP = 5;

/** Reads what a settled run has brought, in memory that does not grow with its transcripts or messages. */
export async function collectResults(
  runs: RunStore,
  run: RunHead,
  thresholds: readonly ArenaThreshold[],
): Promise<RunResults> {
  return {
    counters: run.counters,
    verdict: run.verdict,
    totals: await runs.totals(run.id),
    errors: await collectErrors(runs, run.id),
    times: needsItemTimes(thresholds)
      ? await collectTimes(runs, run.id)
      : undefined,
    cut: run.budgetExhausted ? await collectCut(runs, run) : undefined,
  };
}

async function collectCut(
  runs: RunStore,
  { id, counters }: RunHead,
): Promise<BudgetCut> {
  let items = counters.pending;
  for await (const item of runs.readItems(id, { status: ['errored'] })) {
    if (item.error?.class === 'budget') items += 1;
  }
  const { budget } = await runs.get(id);
  return { items, granted: budget?.granted ?? 0 };
}

async function collectErrors(
  runs: RunStore,
  runId: string,
): Promise<ErrorGroup[]> {
  const groups = new Map<string, ErrorGroup>();
  let inspected = 0;
  const items = runs.readItems(runId, { status: ['failed', 'errored'] });
  for await (const item of items) {
    const text = item.error?.message ?? item.message ?? 'No message';
    const message = text.slice(0, MAX_MESSAGE);
    const group = groups.get(message) ?? { message, count: 0, items: [] };
    group.count += 1;
    if (group.items.length < ITEMS_PER_GROUP) group.items.push(item.index);
    groups.set(message, group);
    inspected += 1;
    if (inspected >= MAX_INSPECTED) break;
  }
  return [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_GROUPS);
}

async function collectTimes(runs: RunStore, runId: string): Promise<ItemTimes> {
  const latencies: number[] = [];
  const firstTokens: number[] = [];
  let rateLimited = 0;
  for await (const item of runs.readItems(runId)) {
    latencies.push(item.durationMs);
    if (item.ttftMs !== undefined) firstTokens.push(item.ttftMs);
    if (item.error?.class === 'rate_limit') rateLimited += 1;
  }
  return {
    latencyMs: Float64Array.from(latencies).sort(),
    ttftMs: Float64Array.from(firstTokens).sort(),
    rateLimited,
  };
}
