import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addOutputOption, OutputOption } from '../cli/outputOption';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface CompareFlags extends PortalFlags, OutputOption {
  significance: string;
  minEffect: string;
  cells?: true;
}

export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .description(
      'compare two runs; the status is 1 when the second one is significantly worse',
    )
    .argument(
      '<baseline>',
      'folder of results, NAME, arenajob/NAME, or the id of a run',
    )
    .argument('<current>', 'the same')
    .option(
      '--significance <share>',
      'chance of calling two runs of the same a regression',
      '0.05',
    )
    .option(
      '--min-effect <points>',
      'smallest loss of pass rate that counts',
      '1',
    )
    .option(
      '--cells',
      'let a single cell that regressed decide as well; for trials that are independent of each other',
    )
    .allowExcessArguments(false);
  addPortalOptions(command);
  addOutputOption(command);
  command.action(
    async (baseline: string, current: string, flags: CompareFlags) => {
      const compareCommand = await lazy(
        import('../compare/compareCommand'),
        'compareCommand',
      );
      await compareCommand(baseline, current, flags);
    },
  );
}
