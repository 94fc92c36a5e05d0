import { CliError } from '../../cli/errors';
import type { RunFlags } from '../../commands/run';

const REPORTS =
  'spec.dataGen.format says how the rows are written: data.<format>, with provenance.jsonl and coverage.json beside it';
const ROWS = 'spec.dataGen.count says how many rows there are to be';

/** What data generation has no use for, and why. */
const IGNORED = [
  ['format', '--format', REPORTS],
  ['formats', '--formats', REPORTS],
  ['html', '--html', REPORTS],
  ['junitFile', '--junit-file', REPORTS],
  ['markdownFile', '--markdown-file', REPORTS],
  ['trials', '--trials', ROWS],
  ['seed', '--seed', 'spec.dataGen.seed is the seed of all attempts'],
] as const satisfies ReadonlyArray<readonly [keyof RunFlags, string, string]>;

/** @throws CliError when an option was given that has no effect on generated data */
export function refuseFlagsOfReports(flags: Partial<RunFlags>): void {
  for (const [key, name, reason] of IGNORED) {
    const given = flags[key];
    if (given === undefined) continue;
    const value = given === true ? '' : ` '${given}'`;
    throw new CliError(
      `${name}:${value} has no effect on data generation, leave it out: ${reason}`,
    );
  }
}
