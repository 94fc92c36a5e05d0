import { Command, Option } from 'commander';
import { lazy } from '../cli/lazy';
import { PortalFlags, addPortalOptions } from '../cli/portalOptions';

export interface ResultsFlags extends PortalFlags {
  format?: 'json' | 'csv' | 'junit';
  out?: string;
  output: 'text' | 'json';
}

export function addResultsCommand(program: Command): void {
  const command = program
    .command('results')
    .description('show the results of a job, or fetch its reports')
    .argument('<job-or-run>', 'NAME, arenajob/NAME, or the id of a run')
    .addOption(
      new Option('--format <name>', 'the report to fetch').choices([
        'json',
        'csv',
        'junit',
      ]),
    )
    .option('-o, --out <file>', 'write the report to this file')
    .addOption(
      new Option('--output <form>', 'form of what is printed without --format')
        .choices(['text', 'json'])
        .default('text'),
    )
    .allowExcessArguments(false);
  addPortalOptions(command);
  command.action(async (target: string, flags: ResultsFlags) => {
    const resultsCommand = await lazy(
      import('../portal/results'),
      'resultsCommand',
    );
    await resultsCommand(target, flags);
  });
}
