import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { list } from '../cli/list';

export interface MocksFlags {
  in: string;
  out: string;
  perScenario?: boolean;
  merge?: boolean;
  force?: boolean;
  scenario?: string[];
  provider?: string[];
  dryRun?: boolean;
  defaultResponse?: string;
}

export function addMocksCommand(program: Command): void {
  program
    .command('mocks')
    .description('work with the answers of mock providers')
    .command('generate')
    .description('make a mock file of what models said in earlier runs')
    .option('-i, --in <path>', 'results folder, or a file of it', 'out')
    .option(
      '-o, --out <path>',
      'file to write; with --per-scenario a folder',
      'providers/mock-generated.yaml',
    )
    .option('--per-scenario', 'one file for each scenario')
    .option('--merge', 'keep what the file has beside the new answers')
    .option('--force', 'write over a file that exists')
    .option('--scenario <ids>', 'only these scenarios', list)
    .option('--provider <ids>', 'only what these providers said', list)
    .option('--default-response <text>', 'answer where nothing is scripted')
    .option('--dry-run', 'print instead of writing')
    .allowExcessArguments(false)
    .action(async (flags: MocksFlags) => {
      const mocksGenerateCommand = await lazy(
        import('../authoring/mocksGenerateCommand'),
        'mocksGenerateCommand',
      );
      await mocksGenerateCommand(flags);
    });
}
