import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { NotificationsConfig } from '../notifications/NotificationsConfig';
import { NOTIFICATION_SEVERITIES } from '../notifications/RunNotification';
import { checkKeys } from './checkKeys';

const SECTION = 'arena.notifications';
const MINUTE_MS = 60_000;

/** Reads `arena.notifications`. */
export function readNotifications(
  config: Config | undefined,
): NotificationsConfig {
  if (config) {
    checkKeys(config, SECTION, [
      'enabled',
      'digest',
      'minimumSeverity',
      'longRun',
    ]);
  }
  const minimum = config?.getOptionalString('minimumSeverity') ?? 'low';
  const minimumSeverity = NOTIFICATION_SEVERITIES.find(one => one === minimum);
  if (!minimumSeverity) {
    throw new InputError(
      `Invalid value in config at ${SECTION}.minimumSeverity: '${minimum}' is not one of ${NOTIFICATION_SEVERITIES.join(
        ', ',
      )}`,
    );
  }
  const duration = (key: string, fallback: number) =>
    config?.has(key)
      ? durationToMilliseconds(readDurationFromConfig(config, { key }))
      : fallback;
  return {
    enabled: config?.getOptionalBoolean('enabled') ?? true,
    digestMs: duration('digest', 15 * MINUTE_MS),
    minimumSeverity,
    longRunMs: duration('longRun', 10 * MINUTE_MS),
  };
}
