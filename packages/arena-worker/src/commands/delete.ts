import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface DeleteFlags extends PortalFlags, OutputOption {
  filename?: string[];
  ignoreNotFound?: boolean;
}

export function addDeleteCommand(program: Command): void {
  const command = program
    .command('delete')
    .description('delete objects of a portal')
    .argument('[object...]', 'KIND NAME... or KIND/NAME...')
    .option(
      '-f, --filename <path>',
      'file or folder with the objects, - for standard input; may be repeated',
      (path: string, previous: string[] | undefined) => [
        ...(previous ?? []),
        path,
      ],
    )
    .option('--ignore-not-found', 'what is not there is no error');
  addPortalOptions(command);
  addOutputOption(command);
  command.action(async (words: string[], flags: DeleteFlags) => {
    const deleteCommand = await lazy(
      import('../portal/delete'),
      'deleteCommand',
    );
    await deleteCommand(words, flags);
  });
}
