import { isError } from '@backstage/errors';
import { Cron } from 'croner';

const NICKNAMES = [
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@hourly',
];

/**
 * Why a text is no schedule, or undefined when it is one that fires.
 *
 * @internal
 */
export function cronProblem(
  expression: string,
  timezone: string | undefined,
): string | undefined {
  const text = expression.trim();
  if (/^(CRON_)?TZ=/i.test(text)) {
    return 'must not name a time zone: use spec.schedule.timezone';
  }
  if (text.startsWith('@')) {
    return NICKNAMES.includes(text)
      ? undefined
      : `must be five fields or one of ${NICKNAMES.join(', ')}`;
  }
  const fields = text.split(/\s+/);
  if (text === '' || fields.length !== 5) {
    return `must have five fields (minute, hour, day of month, month, day of week), not ${
      text === '' ? 0 : fields.length
    }`;
  }
  if (/(^|[\s,])H/.test(text)) {
    return 'must not use H: spread schedules with spec.schedule.jitter';
  }
  try {
    const cron = new Cron(text, {
      paused: true,
      mode: '5-part',
      ...(timezone ? { timezone } : undefined),
    });
    return cron.nextRun() === null
      ? 'never fires: there is no such date'
      : undefined;
  } catch (error) {
    return `is not a cron expression: ${
      isError(error) ? error.message : String(error)
    }`;
  }
}
