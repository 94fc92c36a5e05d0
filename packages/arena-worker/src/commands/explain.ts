import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';

export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('explain a check, with its parameters')
    .argument('[check]', 'name or alias of a check (default: list them)');
  addOutputOption(command);
  command.action(async (check: string | undefined, flags: OutputOption) => {
    const explainCommand = await lazy(
      import('../authoring/explainCommand'),
      'explainCommand',
    );
    explainCommand(check, flags);
  });
}
