import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';

export interface ValidateFlags extends OutputOption {
  json?: boolean;
  schemaOnly?: boolean;
  strict?: boolean;
}

export function addValidateCommand(program: Command): void {
  const command = program
    .command('validate')
    .description('check bundles and API objects, and name every fault')
    .argument(
      '<paths...>',
      'bundle folders, files of bundles, and YAML files or folders of API objects',
    )
    .option('--schema-only', 'only the shape of files, not what they mean')
    .option('--strict', 'fail when there are warnings, too')
    .option('--json', 'the same as --output json');
  addOutputOption(command);
  command.action(async (paths: string[], flags: ValidateFlags) => {
    const validateCommand = await lazy(
      import('../validate/validateCommand'),
      'validateCommand',
    );
    await validateCommand(paths, flags);
  });
}
