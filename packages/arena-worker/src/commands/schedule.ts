import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';

export interface SchedulePreviewFlags extends OutputOption {
  cron: string;
  timezone: string;
  from?: string;
  count: string;
  seed?: string;
}

export function addScheduleCommand(program: Command): void {
  const preview = program
    .command('schedule')
    .description('work with schedules')
    .command('preview')
    .description('print when a schedule fires, with changes of the clock')
    .requiredOption('--cron <line>', 'five fields, or @daily and the like')
    .option('--timezone <zone>', 'IANA time zone', 'UTC')
    .option('--from <time>', 'fires from this moment on (default: now)')
    .option('--count <n>', 'how many', '10')
    .option(
      '--seed <text>',
      'what H is derived from: NAMESPACE/NAME of the job (default: the line)',
    )
    .allowExcessArguments(false);
  addOutputOption(preview);
  preview.action(async (flags: SchedulePreviewFlags) => {
    const previewCommand = await lazy(
      import('../schedule/previewCommand'),
      'previewCommand',
    );
    previewCommand(flags);
  });
}
