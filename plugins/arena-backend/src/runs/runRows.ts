import {
  Run,
  RunCounters,
  RunReport,
  RunPins,
  RunWorker,
  runBudgetOf,
  VerdictCounters,
} from '@backstage-arena/plugin-arena-common';
import { RunHead } from './RunStore';
import { DbInteger, RunReportRow, RunRow } from './tables';

type CounterRow = Pick<
  RunRow,
  | 'passed'
  | 'failed'
  | 'errored'
  | 'input_tokens'
  | 'output_tokens'
  | 'cost'
  | 'duration_ms'
>;

/** Counters of a run or a cell. */
export function toCounters(row: CounterRow, total: number): RunCounters {
  const passed = Number(row.passed);
  const failed = Number(row.failed);
  const errored = Number(row.errored);
  return {
    total,
    passed,
    failed,
    errored,
    pending: total - passed - failed - errored,
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    cost: row.cost,
    durationMs: row.duration_ms,
  };
}

function toVerdict(row: RunRow, counters: RunCounters): VerdictCounters {
  if (row.verdict_total === null) {
    const { total, passed, failed, errored, pending } = counters;
    return { total, passed, failed, errored, pending };
  }
  const total = Number(row.verdict_total);
  const passed = Number(row.verdict_passed);
  const failed = Number(row.verdict_failed);
  const errored = Number(row.verdict_errored);
  return {
    total,
    passed,
    failed,
    errored,
    pending: total - passed - failed - errored,
  };
}

/** Nothing where it says what the counters say. */
function ownVerdict(
  verdict: VerdictCounters,
  counters: RunCounters,
): VerdictCounters | undefined {
  const isSame = (['total', 'passed', 'failed', 'errored'] as const).every(
    name => verdict[name] === counters[name],
  );
  return isSame ? undefined : verdict;
}

function toDate(time: DbInteger | null): Date | undefined {
  return time === null ? undefined : new Date(Number(time));
}

function reportsDueAt(row: RunRow): Date | undefined {
  const waits =
    row.state === 'Finalizing'
      ? row.finalize_lease === null
      : row.state === 'Closed' && row.finalize_error !== null;
  const time = Number(row.finalize_not_before);
  return waits && time > 0 ? new Date(time) : undefined;
}

export function toRunHead(row: RunRow): RunHead {
  const counters = toCounters(row, Number(row.total));
  const leased = Number(row.leased);
  const budgetExhausted = Boolean(row.budget_exhausted);
  return {
    id: row.run_id,
    jobUid: row.job_uid,
    attempt: row.attempt,
    state: row.state,
    outcome: row.outcome ?? undefined,
    counters,
    verdict: toVerdict(row, counters),
    backlog:
      row.state === 'Running' && !budgetExhausted
        ? counters.pending - leased
        : 0,
    leased,
    budgetExhausted: budgetExhausted || undefined,
    finalized: Boolean(row.finalized),
    finalizeError: row.finalize_error ?? undefined,
    reportsDueAt: reportsDueAt(row),
    lastRefusal: row.refusal === null ? undefined : JSON.parse(row.refusal),
    startedAt: toDate(row.started_at),
    finishedAt: toDate(row.finished_at),
    version: Number(row.version),
  };
}

export function toRunReport(row: RunReportRow): RunReport {
  return {
    name: row.name,
    contentType: row.content_type,
    size: Number(row.size),
    digest: row.digest,
  };
}

export function toRun(
  row: RunRow & { pins: string },
  {
    granted,
    ...parts
  }: {
    reports: RunReport[];
    workers: RunWorker[];
    /** Of the budget, to all workers. */
    granted: number;
  },
): Run {
  const pins: RunPins = JSON.parse(row.pins);
  const budget = runBudgetOf(pins);
  const counters = toCounters(row, Number(row.total));
  return {
    id: row.run_id,
    cluster: row.cluster,
    namespace: row.namespace,
    jobName: row.job_name,
    jobUid: row.job_uid,
    attempt: row.attempt,
    state: row.state,
    outcome: row.outcome ?? undefined,
    creator: row.creator ?? undefined,
    owner: row.owner ?? undefined,
    labels: JSON.parse(row.labels),
    pins,
    counters,
    verdict: ownVerdict(toVerdict(row, counters), counters),
    createdAt: new Date(Number(row.created_at)).toISOString(),
    startedAt: toDate(row.started_at)?.toISOString(),
    finishedAt: toDate(row.finished_at)?.toISOString(),
    finalizeError: row.finalize_error ?? undefined,
    budget: budget && {
      ...budget,
      granted,
      exhausted: Boolean(row.budget_exhausted),
    },
    ...parts,
  };
}
