import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface WaitFlags extends PortalFlags, OutputOption {
  for: string;
  timeout: string;
}

export function addWaitCommand(program: Command): void {
  const command = program
    .command('wait')
    .description('wait until an object is as wanted')
    .argument('<object...>', 'KIND NAME or KIND/NAME')
    .requiredOption(
      '--for <what>',
      'condition=TYPE, condition=TYPE=STATUS, phase=PHASE, or delete',
    )
    .option(
      '--timeout <duration>',
      'how long to wait, such as 90s or 1h',
      '10m',
    );
  addPortalOptions(command);
  addOutputOption(command);
  command.action(async (words: string[], flags: WaitFlags) => {
    const waitCommand = await lazy(import('../portal/wait'), 'waitCommand');
    await waitCommand(words, flags);
  });
}
