import { JsonObject } from '@backstage/types';
import { DatasetProfile, DatasetQuota } from './DatasetProfile';
import { DatasetEnd, DatasetTally } from './DatasetTally';
import { RejectReason } from './RejectReason';

/** How far the data generation of a run is. @public */
export interface DatasetState
  extends Pick<
    DatasetTally,
    'rows' | 'attempts' | 'surplus' | 'rejects' | 'history'
  > {
  phase: 'running' | 'over';
  /** Rows that the job asks for. */
  count: number;
  maxAttempts: number;
  format: DatasetProfile['format'];
  seed: number;
  nearDuplicateThreshold?: number;
  /** Rows of each kind, and how many there are to be. */
  quotas: Array<DatasetQuota & { rows: number }>;
  /** Attempts in a row, up to now, that brought no row. */
  barren: number;
  /** Absent while it runs, and when it was cancelled or failed. */
  endedBy?: DatasetEnd;
  /** What it has cost so far, as the providers' pricing has it. */
  cost: number;
  /** Of `budgetLimit`; absent without. */
  budget?: { limit: number; currency: string };
}

/** Where a row, or a reject, comes from. @public */
export interface Provenance {
  scenario: string;
  provider: string;
  region: string;
  /** Persona that played the user. */
  persona?: string;
  /** Index of the attempt, from 0; item of the run. */
  attempt: number;
  seed: number;
}

/** An accepted row. @public */
export interface DatasetRow extends Provenance {
  /** From 0, in the order of acceptance. */
  number: number;
  row: JsonObject;
  acceptedAt: string;
}

/** An attempt that brought no row. @public */
export interface DatasetReject extends Provenance {
  reason: RejectReason;
  message: string;
  /** The beginning of what was replied, if it is known. */
  text?: string;
  /** Number of the row that says the same, or nearly. */
  duplicateOf?: number;
  rejectedAt: string;
}

/** @public */
export interface DatasetRowsQuery {
  /** Default 50, at most 500. */
  limit?: number;
  cursor?: string;
}

/** @public */
export interface DatasetRejectsQuery extends DatasetRowsQuery {
  /** Only these. */
  reason?: RejectReason[];
}

/** In order of number. @public */
export interface DatasetRowsPage {
  items: DatasetRow[];
  totalItems: number;
  nextCursor?: string;
}

/** The latest first. @public */
export interface DatasetRejectsPage {
  items: DatasetReject[];
  totalItems: number;
  nextCursor?: string;
}
