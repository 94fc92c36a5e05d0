/** Rows as `migrations/20261123_1_resources.js` creates them. PostgreSQL returns a bigint as a string: wrap it in Number(). */

export interface StoreRow {
  cluster: string;
  resource_version: number | string;
  compacted_version: number | string;
}

export interface ResourceRow {
  uid: string;
  cluster: string;
  kind: string;
  namespace: string;
  name: string;
  resource_version: number | string;
  created_at: number | string;
  phase: string;
  spec_type: string;
  source_name: string;
  component: string;
  creator: string;
  owner: string;
}

export interface LabelRow {
  uid: string;
  key: string;
  value: string;
}

export interface OwnerRow {
  uid: string;
  owner_uid: string;
}

export interface RevisionRow {
  cluster: string;
  resource_version: number | string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'RECORDED';
  next_version: number | string | null;
  changed_at: number | string;
  document: string;
}

export interface EventRow {
  id: string;
  cluster: string;
  uid: string;
  kind: string;
  namespace: string;
  name: string;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  message_hash: string;
  count: number;
  first_at: number | string;
  last_at: number | string;
  resource_version: number | string;
}
