import { Command, Option } from 'commander';
import { lazy } from '../cli/lazy';
import { list } from '../cli/list';
import { addOutputOption, OutputOption } from '../cli/outputOption';

export interface RunFlags extends OutputOption {
  config?: string;
  file?: string;
  scenario?: string[];
  eval?: string[];
  skipPackEvals?: boolean;
  evalTypes?: string[];
  provider?: string[];
  region?: string[];
  mockProvider?: boolean;
  mockConfig?: string;
  concurrency?: string;
  ci?: boolean;
  out: string;
  format?: string[];
  formats?: string[];
  junitFile?: string;
  markdownFile?: string;
  trials?: string;
  maxTokens?: string;
  temperature?: string;
  seed?: string;
  overrideProvider?: string[];
  html?: boolean;
  strict?: boolean;
  /** False with `--no-exec`. */
  exec: boolean;
  /** False with `--no-stdio`. */
  stdio: boolean;
  verbose?: boolean;
}

export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description('run a bundle, or an ArenaJob document, on this machine')
    .option(
      '-c, --config <path>',
      "the bundle's folder, or its arena file (default: the current folder, or that of the job)",
    )
    .option('-f, --file <job>', 'an ArenaJob document to run')
    .option('--scenario <ids>', 'only these scenarios', list)
    .option(
      '--eval <ids>',
      'these evaluations of saved conversations instead of scenarios (default: all, where a bundle has no scenarios)',
      list,
    )
    .option('--provider <ids>', 'only these providers', list)
    .option(
      '--override-provider <from=to>',
      'give a provider of the bundle the specification of another',
      list,
    )
    .option('--region <names>', 'regions to run in', list)
    .option('--mock-provider', 'replace every provider by a mock')
    .option('--mock-config <file>', 'what the mock answers')
    .option('-j, --concurrency <n>', 'items in flight (default: 6)')
    .option('--trials <n>', 'trials of each cell')
    .option('--max-tokens <n>', 'longest reply of a model')
    .option('--temperature <n>', 'sampling temperature')
    .option('-s, --seed <n>', 'seed of the sampling')
    .option('--skip-pack-evals', 'leave out checks that only observe')
    .option('--eval-types <names>', 'only these types of them', list)
    .option('--ci', 'exit with 1 when anything failed')
    .option('-o, --out <folder>', 'folder for the results', 'out')
    .option(
      '--format <names>',
      'reports to write besides results.json: json, jsonl, junit, csv, markdown, html',
      list,
    )
    .addOption(
      // The name that the original's scripts use.
      new Option('--formats <names>').argParser(list).hideHelp(),
    )
    .option('--junit-file <file>', 'where the JUnit report goes')
    .option('--markdown-file <file>', 'where the Markdown report goes')
    .option('--strict', "without the original engine's quirks")
    .option('--no-exec', 'refuse bundles with exec tools')
    .option('--no-stdio', 'refuse bundles with MCP servers over stdio')
    .option('-v, --verbose', 'log what the engine does')
    .addOption(
      new Option(
        '--html',
        'the Markdown report, as in the original',
      ).hideHelp(),
    )
    // The original takes them and does nothing with them.
    .addOption(new Option('--simple').hideHelp())
    .addOption(new Option('--selfplay').hideHelp())
    .addOption(new Option('--roles <ids>').hideHelp())
    .allowExcessArguments(false);
  addOutputOption(command);
  command.action(async (flags: RunFlags) => {
    const runCommand = await lazy(import('../local/runCommand'), 'runCommand');
    await runCommand(flags);
  });
}
