import { Command, Option } from 'commander';
import { lazy } from '../cli/lazy';

export interface GenerateFlags {
  in?: string;
  fromRecordings?: string[];
  config?: string;
  filterPassed?: boolean | string;
  filterEvalType?: string;
  output: string;
  dedup: boolean;
}

export function addGenerateCommand(program: Command): void {
  program
    .command('generate')
    .description(
      'make scenarios of the conversations that failed in earlier runs',
    )
    .option('-i, --in <path>', 'results folder, or a file of it (default: out)')
    .option(
      '--from-recordings <patterns...>',
      'saved conversations: files, folders or patterns',
    )
    .option(
      '-c, --config <path>',
      'bundle that was run: the new scenarios are played like those they come from',
    )
    .addOption(
      new Option(
        '--filter-passed [passed]',
        'take what passed (true), or all (any), instead of what failed (false)',
      ).choices(['true', 'false', 'any']),
    )
    .option('--filter-eval-type <type>', 'only failures of this check')
    .option('--output <folder>', 'folder for the scenarios', 'scenarios')
    .option(
      '--no-dedup',
      'also make scenarios that say and fail the same as another',
    )
    .addOption(
      // On unless it is negated; scripts for the original may say so.
      new Option('--dedup [on]')
        .hideHelp()
        .argParser(value => value !== 'false'),
    )
    .allowExcessArguments(false)
    .action(async (flags: GenerateFlags) => {
      const generateCommand = await lazy(
        import('../authoring/generateCommand'),
        'generateCommand',
      );
      await generateCommand(flags);
    });
}
