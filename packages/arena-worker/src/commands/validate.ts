import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';

export type ValidateFlags = OutputOption;

export function addValidateCommand(program: Command): void {
  const command = program
    .command('validate')
    .description('check bundles and API objects, and name every fault')
    .argument(
      '<paths...>',
      'bundle folders, arena files, and YAML files or folders of API objects',
    );
  addOutputOption(command);
  command.action(async (paths: string[], flags: ValidateFlags) => {
    const validateCommand = await lazy(
      import('../validate/validateCommand'),
      'validateCommand',
    );
    await validateCommand(paths, flags);
  });
}
