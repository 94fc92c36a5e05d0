import { DbInteger } from '../runs/tables';
import { Trouble } from './decideNotifications';

export interface NotificationStateRow {
  cluster: string;
  namespace: string;
  series: string;
  trouble: Trouble;
  updated_at: DbInteger;
}

export interface NotificationRecipientRow {
  recipient: string;
  due_at: DbInteger | null;
  sent_at: DbInteger | null;
  attempts: number;
  claim: string | null;
  claimed_until: DbInteger | null;
}

export interface NotificationItemRow {
  id: number;
  recipient: string;
  run_id: string;
  created_at: DbInteger;
  /** JSON of a `RunNotification`. */
  content: string;
}
