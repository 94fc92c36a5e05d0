import { Command } from 'commander';
import { lazy } from '../cli/lazy';
import { addPortalOptions, PortalFlags } from '../cli/portalOptions';

export interface SubmitFlags extends PortalFlags {
  file: string;
  config?: string;
  name?: string;
  timeout: string;
  junitFile?: string;
  markdownFile?: string;
}

export function addSubmitCommand(program: Command): void {
  const command = program
    .command('submit')
    .description(
      'create a new job in a portal, follow it, and end with its verdict: for pipelines',
    )
    .requiredOption(
      '-f, --file <job>',
      'file with an ArenaJob, - for standard input',
    )
    .option(
      '-c, --config <path>',
      "the bundle's folder, or its arena file, to upload for this job alone",
    )
    .option(
      '--name <name>',
      "name of the new job; default: the document's with a random end",
    )
    .option(
      '--timeout <duration>',
      'the job is cancelled when it takes longer, such as 90s or 1h',
      '1h',
    )
    .option('--junit-file <file>', 'write a JUnit report')
    .option('--markdown-file <file>', 'write a Markdown report')
    .allowExcessArguments(false);
  addPortalOptions(command);
  command.action(async (flags: SubmitFlags) => {
    const submitCommand = await lazy(
      import('../portal/submit/submitCommand'),
      'submitCommand',
    );
    await submitCommand(flags);
  });
}
