import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface DescribeFlags extends PortalFlags, OutputOption {}

export function addDescribeCommand(program: Command): void {
  const command = program
    .command('describe')
    .description('show an object with its conditions and events')
    .argument('<object...>', 'KIND NAME or KIND/NAME');
  addPortalOptions(command);
  addOutputOption(command);
  command.action(async (words: string[], flags: DescribeFlags) => {
    const describeCommand = await lazy(
      import('../portal/describe'),
      'describeCommand',
    );
    await describeCommand(words, flags);
  });
}
