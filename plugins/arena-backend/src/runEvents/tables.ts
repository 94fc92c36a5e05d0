import { DbInteger } from '../runs/tables';

export interface RunEventRow {
  seq: number;
  run_id: string;
  created_at: DbInteger;
  /** JSON of an `ArenaRunEvent`. */
  event: string;
}

export interface RunEventDeliveryRow {
  id: number;
  event_seq: number;
  target: string;
  attempts: number;
  due_at: DbInteger;
  claim: string | null;
  claimed_until: DbInteger | null;
}
