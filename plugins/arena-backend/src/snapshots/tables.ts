/** Rows as `migrations/20261123_1_resources.js` creates them. */

export interface SnapshotRow {
  digest: string;
  content_id: string;
  size: number | string;
  chunk_size: number;
  last_used_at: number | string;
}

export interface SnapshotUploadRow {
  content_id: string;
  touched_at: number | string;
}

export interface SnapshotChunkRow {
  content_id: string;
  position: number;
  content: Buffer;
}
