import { DatasetEnd, RejectReason } from '@backstage-arena/plugin-arena-common';
import { DbInteger } from '../runs/tables';

export interface RunDatasetRow {
  run_seq: number;
  /** JSON of a `DatasetTally`. */
  tally: string;
  ended_by: DatasetEnd | null;
  /** Until when rows are taken although no more attempts are made. */
  open_until: DbInteger | null;
}

export interface RunRowRow {
  run_seq: number;
  number: DbInteger;
  attempt: DbInteger;
  hash: string;
  persona: string | null;
  accepted_at: DbInteger;
  /** MinHashes, or the embedding. */
  signature: Buffer | null;
  content: string;
}

export interface RunRowBandRow {
  run_seq: number;
  band: DbInteger;
  number: DbInteger;
}

export interface RunRejectRow {
  run_seq: number;
  attempt: DbInteger;
  reason: RejectReason;
  message: string;
  content: string | null;
  duplicate_of: DbInteger | null;
  persona: string | null;
  rejected_at: DbInteger;
}
