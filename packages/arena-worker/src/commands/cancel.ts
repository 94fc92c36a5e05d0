import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface CancelFlags extends PortalFlags, OutputOption {}

export function addCancelCommand(program: Command): void {
  const command = program
    .command('cancel')
    .description('stop a job; what it has done is reported')
    .argument('<job>', 'NAME or arenajob/NAME')
    .allowExcessArguments(false);
  addPortalOptions(command);
  addOutputOption(command);
  command.action(async (job: string, flags: CancelFlags) => {
    const cancelCommand = await lazy(
      import('../portal/cancel'),
      'cancelCommand',
    );
    await cancelCommand(job, flags);
  });
}
