import {
  Run,
  RunCounters,
  RunReport,
  RunWorker,
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

function toDate(time: DbInteger | null): Date | undefined {
  return time === null ? undefined : new Date(Number(time));
}

export function toRunHead(row: RunRow): RunHead {
  const counters = toCounters(row, Number(row.total));
  const leased = Number(row.leased);
  return {
    id: row.run_id,
    jobUid: row.job_uid,
    attempt: row.attempt,
    state: row.state,
    outcome: row.outcome ?? undefined,
    counters,
    backlog: row.state === 'Running' ? counters.pending - leased : 0,
    leased,
    finalized: Boolean(row.finalized),
    finalizeError: row.finalize_error ?? undefined,
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
  parts: { reports: RunReport[]; workers: RunWorker[] },
): Run {
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
    pins: JSON.parse(row.pins),
    counters: toCounters(row, Number(row.total)),
    createdAt: new Date(Number(row.created_at)).toISOString(),
    startedAt: toDate(row.started_at)?.toISOString(),
    finishedAt: toDate(row.finished_at)?.toISOString(),
    finalizeError: row.finalize_error ?? undefined,
    ...parts,
  };
}
