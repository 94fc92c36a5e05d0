import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';

export interface PromptFlags extends OutputOption {
  config?: string;
  scenario?: string;
  taskType?: string;
  region?: string;
  provider?: string;
  strict?: boolean;
  json?: boolean;
}

export function addPromptCommand(program: Command): void {
  const command = program
    .command('prompt')
    .description(
      'print what a model is told: prompt, variables, tools, guardrails',
    )
    .option('-c, --config <path>', "the bundle's folder, or its arena file")
    .option('--scenario <id>', 'the prompt of this scenario')
    .option('--task-type <name>', 'the prompt of this task type')
    .option('--region <name>', 'value of {{region}}')
    .option(
      '--provider <id>',
      'tell whether the scenario runs on this provider',
    )
    .option('--strict', "without the original engine's quirks")
    .option('--json', 'the same as --output json')
    .allowExcessArguments(false);
  addOutputOption(command);
  command.action(async (flags: PromptFlags) => {
    const promptCommand = await lazy(
      import('../authoring/promptCommand'),
      'promptCommand',
    );
    await promptCommand(flags);
  });
}
