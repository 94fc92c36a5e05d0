import { CommanderError } from 'commander';
import { CliError, EXIT } from './cli/errors';
import { printError } from './cli/printError';
import { createProgram } from './cli/createProgram';
import { favourLatency } from './favourLatency';

/**
 * Runs the command line of this process.
 *
 * @public
 */
export async function main(): Promise<void> {
  favourLatency();
  const program = createProgram();
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = await handle(error);
  }
}

async function handle(error: unknown): Promise<number> {
  // Commander has printed its message already; help and version are no errors.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    return process.argv[2] === 'run' ? EXIT.failed : EXIT.usage;
  }
  await printError(error);
  return error instanceof CliError ? error.exitCode : EXIT.failed;
}
