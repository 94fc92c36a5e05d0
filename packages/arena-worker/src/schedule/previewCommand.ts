import {
  CronExpression,
  ScheduledFire,
  scheduledFires,
  timezoneProblem,
} from '@backstage-arena/plugin-arena-common/schedule';
import { InputError } from '@backstage/errors';
import { CliError, UsageError } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import type { SchedulePreviewFlags } from '../commands/schedule';
import { formatTable } from '../portal/table';

const MAX_COUNT = 10_000;

/** `arena schedule preview` */
export function previewCommand(flags: SchedulePreviewFlags): void {
  const fires = firesOf(flags).map(({ at, local, notes }) => ({
    at: at.toISOString(),
    local,
    notes,
  }));
  if (flags.output === 'json') {
    printJson({ fires });
    return;
  }
  if (fires.length === 0) {
    process.stdout.write('It never fires: there is no such date\n');
    return;
  }
  const rows = fires.map(({ at, local, notes }) => [
    at,
    local,
    notes.join('; '),
  ]);
  process.stdout.write(`${formatTable(['UTC', 'LOCAL', 'NOTES'], rows)}\n`);
}

function firesOf(flags: SchedulePreviewFlags): ScheduledFire[] {
  const count = Number(flags.count);
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
    throw new UsageError(
      `--count: '${flags.count}' is not a whole number from 1 to ${MAX_COUNT}`,
    );
  }
  const from = flags.from === undefined ? new Date() : timeOf(flags.from);
  const expression = named('--cron', flags.cron, () =>
    CronExpression.parse(flags.cron, { seed: flags.seed }),
  );
  const { timezone } = flags;
  const problem = timezoneProblem(timezone);
  if (problem) throw new CliError(`--timezone: '${timezone}' ${problem}`);
  const fires: ScheduledFire[] = [];
  for (const fire of scheduledFires({ expression, timezone, from })) {
    fires.push(fire);
    if (fires.length === count) break;
  }
  return fires;
}

function timeOf(text: string): Date {
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T');
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && hasZone && !Number.isNaN(+time)) {
    return time;
  }
  throw new UsageError(
    `--from: '${text}' is not a moment: give an ISO time with its offset, for example 2026-03-29T00:00:00Z`,
  );
}

function named<T>(option: string, value: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new CliError(`${option}: '${value}' ${error.message}`);
  }
}
