import {
  ItemStatus,
  RunOutcome,
  RunState,
} from '@backstage-arena/plugin-arena-common';

/** A 64 bit integer: PostgreSQL returns text, SQLite a number. */
export type DbInteger = number | string;

/** A truth value: SQLite has 0 and 1. */
export type DbBoolean = boolean | number;

export interface RunRow {
  seq: number;
  run_id: string;
  cluster: string;
  namespace: string;
  job_name: string;
  job_uid: string;
  attempt: number;
  creator: string | null;
  owner: string | null;
  labels: string;
  output_directory: string | null;
  picked: DbBoolean;
  created_at: DbInteger;
  started_at: DbInteger | null;
  finished_at: DbInteger | null;
  state: RunState;
  outcome: RunOutcome | null;
  total: DbInteger;
  next_fresh: DbInteger;
  plan_total: DbInteger;
  leased: DbInteger;
  passed: DbInteger;
  failed: DbInteger;
  errored: DbInteger;
  input_tokens: DbInteger;
  output_tokens: DbInteger;
  cost: number;
  duration_ms: number;
  /** Null in runs of a version that did not count these: each item decides. */
  verdict_total: DbInteger | null;
  verdict_passed: DbInteger | null;
  verdict_failed: DbInteger | null;
  verdict_errored: DbInteger | null;
  version: DbInteger;
  next_fence: DbInteger;
  finalized: DbBoolean;
  finalize_lease: string | null;
  finalize_failures: number;
  finalize_not_before: DbInteger;
  finalize_error: string | null;
  transcripts_pruned: DbBoolean;
  /** Null in runs of a version that did not note it. */
  max_workers: number | null;
  /** JSON of a `WorkerRefusal`; null when no worker was refused, or one was taken since. */
  refusal: string | null;
  /** A call did not fit into what was left of the budget: no more work is given. */
  budget_exhausted: DbBoolean;
  /** Name of the job that the run belongs to, see `RunSeries`; null in runs of a version that did not note it. */
  series: string | null;
}

export interface RunPlanRow {
  run_seq: number;
  pins: string;
  source_digest: string | null;
  plan: Buffer;
}

export interface RunTokenRow {
  token_hash: string;
  run_seq: number;
  created_at: DbInteger;
  dead: DbBoolean;
}

export interface RunWorkerRow {
  run_seq: number;
  worker_id: string;
  host: string;
  pid: DbInteger | null;
  engine_version: string;
  registrations: number;
  registered_at: DbInteger;
  seen_at: DbInteger;
  draining: DbBoolean;
}

export interface RunLeaseRow {
  lease_id: string;
  run_seq: number;
  worker_id: string;
  kind: 'work' | 'finalize';
  fence: DbInteger;
  granted_at: DbInteger;
  expires_at: DbInteger;
  remaining: string;
  started: string;
}

export interface RunPendingRow {
  run_seq: number;
  idx_from: DbInteger;
  idx_to: DbInteger;
  attempt: number;
  not_before: DbInteger;
}

export interface RunCellRow {
  run_seq: number;
  scenario_ix: number;
  provider_ix: number;
  picked: DbInteger;
  passed: DbInteger;
  failed: DbInteger;
  errored: DbInteger;
  /** Null in cells of a version that did not count these: all errored ones. */
  unjudged: DbInteger | null;
  input_tokens: DbInteger;
  output_tokens: DbInteger;
  cost: number;
  duration_ms: number;
  version: DbInteger;
}

export interface RunItemRow {
  run_seq: number;
  idx: DbInteger;
  scenario_ix: number;
  provider_ix: number;
  status: number;
  attempt: number;
  started_at: DbInteger;
  finished_at: DbInteger;
  duration_ms: number;
  checks_total: number;
  checks_failed: number;
  score: number | null;
  turns: number;
  tool_calls: number;
  input_tokens: DbInteger;
  output_tokens: DbInteger;
  cached_tokens: DbInteger;
  cost: number;
  ttft_ms: number | null;
  message: string | null;
  error: string | null;
  transcript_batch: DbInteger | null;
}

export interface RunTranscriptRow {
  batch: DbInteger;
  run_seq: number;
  codec: string;
  content: Buffer;
}

export interface RunReportRow {
  run_seq: number;
  name: string;
  digest: string;
  size: DbInteger;
  content_type: string;
  published: DbBoolean;
}

/** Of runs that are not closed. Named instead of what they are not, so that an index finds them. */
export const OPEN_STATES: readonly RunState[] = ['Running', 'Finalizing'];

/** Statuses of items by the number that the database holds. */
export const ITEM_STATUSES: readonly ItemStatus[] = [
  'passed',
  'failed',
  'errored',
];

/** Number under which the database holds a status. */
export function statusCode(status: ItemStatus): number {
  return ITEM_STATUSES.indexOf(status);
}
