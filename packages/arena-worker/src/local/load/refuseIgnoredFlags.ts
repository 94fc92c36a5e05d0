import { CliError } from '../../cli/errors';
import { LOAD_REPORT_NAMES } from '../../reports/load/loadReportNames';
import type { RunFlags } from '../../commands/run';

const REPORTS = `a load test always writes ${Object.values(
  LOAD_REPORT_NAMES,
).join(', ')}`;
const IN_FLIGHT =
  'spec.loadTest says how many conversations there are at a time: concurrency, vusPerWorker, maxInFlight';
const TRIALS = 'spec.loadTest says how many conversations there are';

/** What a load test has no use for, and why. */
const IGNORED = [
  ['format', '--format', REPORTS],
  ['formats', '--formats', REPORTS],
  ['html', '--html', REPORTS],
  ['junitFile', '--junit-file', REPORTS],
  ['markdownFile', '--markdown-file', REPORTS],
  ['concurrency', '-j', IN_FLIGHT],
  ['trials', '--trials', TRIALS],
] as const satisfies ReadonlyArray<readonly [keyof RunFlags, string, string]>;

/** @throws CliError when an option was given that has no effect on a load test */
export function refuseIgnoredFlags(flags: Partial<RunFlags>): void {
  for (const [key, name, reason] of IGNORED) {
    const given = flags[key];
    if (given === undefined) continue;
    const value = given === true ? '' : ` '${given}'`;
    throw new CliError(
      `${name}:${value} has no effect on a load test, leave it out: ${reason}`,
    );
  }
}
