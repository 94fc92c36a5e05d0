import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface RetryReportsFlags extends PortalFlags, OutputOption {
  wait: boolean;
}

export function addRetryReportsCommand(program: Command): void {
  const command = program
    .command('retry-reports')
    .description(
      'write the reports of a job once more, when its output could not be written',
    )
    .argument('<job-or-run>', 'NAME, arenajob/NAME, or the id of a run')
    .option('--no-wait', 'do not wait until they are written')
    .allowExcessArguments(false);
  addPortalOptions(command);
  addOutputOption(command);
  command.action(async (target: string, flags: RetryReportsFlags) => {
    const retryReportsCommand = await lazy(
      import('../portal/retryReports'),
      'retryReportsCommand',
    );
    await retryReportsCommand(target, flags);
  });
}
