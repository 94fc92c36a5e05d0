import { NotificationSeverity } from './RunNotification';

/** `arena.notifications` of app-config, with defaults. */
export interface NotificationsConfig {
  enabled: boolean;
  /** What comes within this time after somebody was told something comes as one. 0: each comes at once. */
  digestMs: number;
  /** What is less severe is not told. */
  minimumSeverity: NotificationSeverity;
  /** Runs by hand that went on for as long are told to their creator. */
  longRunMs: number;
}
