import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface LogsFlags extends PortalFlags, OutputOption {
  follow?: boolean;
}

export function addLogsCommand(program: Command): void {
  const command = program
    .command('logs')
    .description('show what happened in a job: its events and results')
    .argument('<job>', 'NAME or arenajob/NAME')
    .option('-f, --follow', 'go on until the job has ended')
    .allowExcessArguments(false);
  addPortalOptions(command);
  addOutputOption(command);
  command.action(async (job: string, flags: LogsFlags) => {
    const logsCommand = await lazy(import('../portal/logs'), 'logsCommand');
    await logsCommand(job, flags);
  });
}
