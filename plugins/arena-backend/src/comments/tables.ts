import { DbInteger } from '../runs/tables';

export interface CommentSeriesRow {
  id: number;
  cluster: string;
  namespace: string;
  series: string;
  version: DbInteger;
}

interface CellRow {
  series_id: number;
  /** Digest of `cell_name`. */
  cell: string;
  /** See `commentedCellName`. */
  cell_name: string;
  scenario_key: string;
  author: string;
  created_at: DbInteger;
}

export interface ItemCommentRow extends CellRow {
  id: string;
  content: string;
  edited_at: DbInteger | null;
  resolved_at: DbInteger | null;
  resolved_by: string | null;
}

export interface ItemLabelRow extends CellRow {
  label: string;
}
