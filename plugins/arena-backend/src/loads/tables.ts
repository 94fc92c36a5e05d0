import { LoadReport } from '@backstage-arena/plugin-arena-common';
import { DbBoolean, DbInteger } from '../runs/tables';

/**
 * - `waiting`: for workers.
 * - `running`: it has a start.
 * - `stopping`: nothing more is leased.
 * - `over`: the report is final.
 */
export type StoredLoadState = 'waiting' | 'running' | 'stopping' | 'over';

export interface RunLoadRow {
  run_seq: number;
  state: StoredLoadState;
  expected: number;
  first_ready_at: DbInteger | null;
  origin_at: DbInteger | null;
  next_second: number;
  /** JSON of `LoadControl[]`. */
  controls: string;
  ended_by: LoadReport['endedBy'] | null;
  stopped_at_ms: number | null;
  stopping_at: DbInteger | null;
  granted: number;
  exhausted: DbBoolean;
  version: DbInteger;
  /** JSON of a `StepVerdict`: of the last step of a search that has ended. */
  last_verdict: string | null;
}

export interface RunLoadSnapshotRow {
  run_seq: number;
  last_batch: DbInteger;
  codec: string;
  content: Buffer;
}

export interface RunLoadReportRow {
  run_seq: number;
  codec: string;
  content: Buffer;
}

export interface RunLoadWorkerRow {
  run_seq: number;
  worker_id: string;
  instance: string;
  ready_at: DbInteger;
  seen_at: DbInteger;
  share: number;
  given: number;
  outstanding: number;
  recorded_until: number;
  draining: DbBoolean;
  done: DbBoolean;
  granted: number;
}

export interface RunLoadSliceRow {
  run_seq: number;
  second: number;
  share: number;
  shares: number;
  worker_id: string | null;
  instance: string | null;
  number: number | null;
}

export interface RunLoadBatchRow {
  id: DbInteger;
  run_seq: number;
  worker_id: string;
  instance: string;
  second: number;
  codec: string;
  content: Buffer;
}

export interface RunLoadSeriesRow {
  run_seq: number;
  second: number;
  /** JSON of a `LoadSeriesRow`. */
  content: string;
}
