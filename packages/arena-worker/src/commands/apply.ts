import { Command, Option } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface ApplyFlags extends PortalFlags, OutputOption {
  filename: string[];
  recursive?: boolean;
  dryRun: 'none' | 'server';
}

export function addApplyCommand(program: Command): void {
  const command = program
    .command('apply')
    .description('create or update objects of a portal')
    .requiredOption(
      '-f, --filename <path>',
      'file or folder with objects, - for standard input; may be repeated',
      (path: string, previous: string[] | undefined) => [
        ...(previous ?? []),
        path,
      ],
    )
    .option('-R, --recursive', 'also read the folders in a folder')
    .addOption(
      new Option(
        '--dry-run <where>',
        'have the server check, and store nothing',
      )
        .choices(['none', 'server'])
        .default('none'),
    )
    .allowExcessArguments(false);
  addPortalOptions(command);
  addOutputOption(command);
  command.action(async (flags: ApplyFlags) => {
    const applyCommand = await lazy(import('../portal/apply'), 'applyCommand');
    await applyCommand(flags);
  });
}
