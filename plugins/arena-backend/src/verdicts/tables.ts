import { DbBoolean, DbInteger } from '../runs/tables';

export interface RunVerdictRow {
  run_seq: DbInteger;
  cluster: string;
  namespace: string;
  series: string;
  phase: string;
  reason: string;
  whole: DbBoolean;
  /** Of the source. */
  revision: string;
  source_uid: string;
  source_name: string;
  arena_file: string;
  ref: string | null;
  cells: number;
  flaky_cells: number;
  p50_ms: number | null;
  p95_ms: number | null;
  /** JSON of `RunInputs`. */
  inputs: string;
  /** JSON of a `RunGate`. */
  gate: string | null;
}
