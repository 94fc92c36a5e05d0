import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { list } from '../cli/list';

export interface RowsToScenariosFlags {
  in: string;
  taskType: string;
  text?: string;
  label?: string[];
  prefix: string;
  limit?: string;
  output: string;
}

export function addRowsCommand(program: Command): void {
  const rows = program.command('rows').description('work with generated rows');
  rows
    .command('to-scenarios')
    .description('make scenarios of generated rows')
    .option('-i, --in <path>', 'data.jsonl or data.json, or its folder', 'out')
    .requiredOption(
      '--task-type <name>',
      'task_type of the prompt that is to answer',
    )
    .option(
      '--text <text>',
      "what the user says, with fields of the row, such as '{{subject}}: {{body}}' (default: the user's messages of a dialogue, or text)",
    )
    .option('--label <fields>', 'fields that become labels', list)
    .option('--prefix <name>', 'beginning of the names', 'row')
    .option('--limit <n>', 'the first so many rows')
    .option('--output <folder>', 'folder for the scenarios', 'scenarios')
    .allowExcessArguments(false)
    .action(async (flags: RowsToScenariosFlags) => {
      const rowsToScenarios = await lazy(
        import('../authoring/rowsToScenarios'),
        'rowsToScenarios',
      );
      await rowsToScenarios(flags);
    });
}
