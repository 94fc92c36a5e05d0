import { RunBudget } from '@backstage-arena/plugin-arena-common';
import { NamedCounters } from '../../runs/readTotals';
import { RunResults } from './RunResults';
import { ThresholdVerdict } from './thresholds';

/** Details are cut to this size, so that the object stays small whatever the run was. */
const MAX_DETAILS_BYTES = 32_768;

interface DetailRow {
  name: string;
  total: number;
  passed: number;
  failed: number;
  errored?: number;
  passRate: number;
  avgDurationMs: number;
  totalTokens?: number;
  totalCost?: number;
}

/** `status.result.summary`: aggregated metrics, each as text. */
export function buildSummary(
  results: RunResults,
  verdicts: readonly ThresholdVerdict[],
): Record<string, string> {
  const { counters, verdict } = results;
  const finished = counters.passed + counters.failed + counters.errored;
  const tokens = counters.inputTokens + counters.outputTokens;
  const summary: Record<string, string> = {
    passRate: percent(verdict.passed, verdict.total).toFixed(1),
    totalItems: String(verdict.total),
    passedItems: String(verdict.passed),
    failedItems: String(verdict.failed + verdict.errored),
    avgDurationMs: String(
      finished ? Math.round(counters.durationMs / finished) : 0,
    ),
    details: buildDetails(results),
  };
  if (verdict.errored > 0) summary.erroredItems = String(verdict.errored);
  // With the total they are the items of the run.
  const ignored = counters.total - verdict.total;
  if (ignored > 0) summary.ignoredItems = String(ignored);
  if (tokens > 0) summary.totalTokens = String(tokens);
  if (counters.cost > 0) summary.totalCost = counters.cost.toFixed(4);
  return { ...summary, ...thresholdEntries(verdicts) };
}

/** What the run might spend, and whether that ended it. */
export function budgetSummary(
  { cut }: Pick<RunResults, 'cut'>,
  { limit, currency }: RunBudget,
): Record<string, string> {
  return {
    budgetLimit: `${limit} ${currency}`,
    ...(cut && cut.items > 0 && { endedBy: 'budget' }),
  };
}

/** A line for each threshold, and how many were met. */
export function thresholdEntries(
  verdicts: readonly ThresholdVerdict[],
): Record<string, string> {
  const summary: Record<string, string> = {};
  for (const threshold of verdicts) {
    // Two thresholds on one metric (a floor and a ceiling) each keep their line.
    let key = `threshold:${threshold.metric}`;
    for (let n = 2; key in summary; n += 1) {
      key = `threshold:${threshold.metric}:${n}`;
    }
    summary[key] = threshold.text;
  }
  if (verdicts.length > 0) {
    const passed = verdicts.filter(threshold => threshold.passed).length;
    summary.thresholds_passed = `${passed}/${verdicts.length} passed`;
  }
  return summary;
}

function buildDetails(results: RunResults): string {
  const { totals, errors, counters, verdict } = results;
  const details = {
    // The totals count later trials and variants as well.
    ...(counters.total > verdict.total ? { basis: 'allItems' } : {}),
    scenarios: totals.scenarios.map(describe),
    providers: totals.providers.map(describe),
    errors: errors.map(({ message, count, items }) => ({
      message,
      count,
      workItemIds: items,
    })),
  };
  let text = JSON.stringify(details);
  if (Buffer.byteLength(text) <= MAX_DETAILS_BYTES) return text;
  // What needs attention stays longest: the worst scenarios, then the most frequent errors.
  details.scenarios.sort((a, b) => a.passRate - b.passRate);
  details.providers.sort((a, b) => a.passRate - b.passRate);
  for (;;) {
    const longest = [
      details.scenarios,
      details.providers,
      details.errors,
    ].reduce((a, b) => (b.length > a.length ? b : a));
    longest.length = Math.floor(longest.length / 2);
    text = JSON.stringify({ ...details, truncated: true });
    if (Buffer.byteLength(text) <= MAX_DETAILS_BYTES || !longest.length) {
      return text;
    }
  }
}

function describe(sum: NamedCounters): DetailRow {
  const finished = sum.passed + sum.failed + sum.errored;
  const tokens = sum.inputTokens + sum.outputTokens;
  return {
    name: sum.name,
    total: sum.total,
    passed: sum.passed,
    failed: sum.failed + sum.errored,
    errored: sum.errored || undefined,
    passRate: Number(percent(sum.passed, sum.total).toFixed(1)),
    avgDurationMs: finished ? Math.round(sum.durationMs / finished) : 0,
    totalTokens: tokens || undefined,
    totalCost: sum.cost ? Number(sum.cost.toFixed(4)) : undefined,
  };
}

function percent(part: number, total: number): number {
  return total > 0 ? (part / total) * 100 : 0;
}
