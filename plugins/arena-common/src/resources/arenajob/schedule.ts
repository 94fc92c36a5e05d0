import { duration, flag, group, int32, oneOf, text } from '../fields';

/** @internal */
export const scheduleSchema = group(
  'Recurring execution: each fire creates a child ArenaJob.',
  {
    cron: text(
      'Cron expression of five fields (minute, hour, day of month, month, day of week), or @hourly, @daily, @weekly, @monthly, @yearly. Fields may have names, steps, L, # and H.',
      { max: 256 },
    ),
    timezone: text('IANA time zone that the expression is read in.', {
      max: 64,
    }).default('UTC'),
    concurrencyPolicy: oneOf(
      ['Allow', 'Forbid', 'Replace'],
      'What happens when a run is due while the one before still runs.',
    ).default('Forbid'),
    startingDeadlineSeconds: int32(
      'How late a missed run may still start, in seconds. Without it there is no limit.',
      { min: 10 },
    ).optional(),
    suspend: flag('Stops new runs; running ones go on.').default(false),
    catchUp: oneOf(
      ['none', 'latest', 'all'],
      'Which runs are started that were missed, for example while the backend was down: none, the latest alone, or all (the latest 100), one after the other unless concurrencyPolicy is Allow.',
    ).default('latest'),
    successfulRunsHistoryLimit: int32(
      'How many succeeded child jobs to keep. Their stored results stay.',
    ).default(3),
    failedRunsHistoryLimit: int32(
      'How many failed child jobs to keep. Their stored results stay.',
    ).default(1),
    jitter: duration(
      'Longest delay that is added to each fire, so that many schedules of one minute do not start together.',
    ).optional(),
  },
);
