/** From the least to the most severe. */
export const NOTIFICATION_SEVERITIES = [
  'low',
  'normal',
  'high',
  'critical',
] as const;

export type NotificationSeverity = (typeof NOTIFICATION_SEVERITIES)[number];

/** What a notification is about; its topic within Backstage's notifications, by which users turn some off. */
export const NOTIFICATION_TOPICS = [
  'arena-regression',
  'arena-failing',
  'arena-budget',
  'arena-recovered',
  'arena-run-ended',
] as const;

export type NotificationTopic = (typeof NOTIFICATION_TOPICS)[number];

/** What somebody is told of a run. */
export interface RunNotification {
  topic: NotificationTopic;
  severity: NotificationSeverity;
  title: string;
  description: string;
  /** Path in the portal, or an address. */
  link: string;
  /** Later notifications of the same scope take the place of earlier ones. */
  scope: string;
}
