import { Command, Option } from 'commander';
import { ReportKind } from '@backstage-arena/arena-engine';
import { lazy } from '../cli/lazy';
import { PortalFlags, addPortalOptions } from '../cli/portalOptions';
import { REPORT_NAMES } from '../reports/reportNames';

export interface ResultsFlags extends PortalFlags {
  format?: ReportKind;
  /** Name of a report. */
  file?: string;
  out?: string;
  output: 'text' | 'json';
}

export function addResultsCommand(program: Command): void {
  const command = program
    .command('results')
    .description('show the results of a job, or fetch its reports')
    .argument('<job-or-run>', 'NAME, arenajob/NAME, or the id of a run')
    .addOption(
      new Option('--format <name>', 'the report to fetch').choices(
        Object.keys(REPORT_NAMES),
      ),
    )
    .addOption(
      new Option(
        '--file <name>',
        'the report of this name, such as data.jsonl of generated data',
      ).conflicts('format'),
    )
    .option('-o, --out <file>', 'write the report to this file')
    .addOption(
      new Option(
        '--output <form>',
        'form of what is printed without --format and --file',
      )
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
