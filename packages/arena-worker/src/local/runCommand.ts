import { stat } from 'node:fs/promises';
import { ReportFormat } from '@backstage-arena/arena-engine';
import type { DatasetProfile } from '@backstage-arena/plugin-arena-common/datagen';
import type { LoadProfile } from '@backstage-arena/plugin-arena-common/load';
import { RunFlags } from '../commands/run';
import { findBundle } from '../cli/bundlePath';
import { lazy } from '../cli/lazy';
import { toCliError } from '../cli/bundleErrors';
import { CliError, EXIT } from '../cli/errors';
import { onInterrupt } from '../cli/onInterrupt';
import { printJson } from '../cli/outputOption';
import { resolveFromCaller } from '../cli/paths';
import { REPORT_FORMATS } from '../reports/reportNames';
import { refuseFlagsOfReports } from './datagen/refuseFlagsOfReports';
import { refuseIgnoredFlags } from './load/refuseIgnoredFlags';
import { createRunDisplay } from './RunDisplay';
import { LocalRunOptions, runLocally } from './runLocally';

/** `arena run` */
export async function runCommand(flags: RunFlags): Promise<void> {
  const options = await toRunOptions(flags);
  const interrupt = new AbortController();
  const stopListening = onInterrupt({
    first: () => interrupt.abort(),
    again: () => process.exit(EXIT.interrupted),
  });
  const display = createRunDisplay({ quiet: flags.output === 'json' });
  try {
    const { load, dataset, ...rest } = options;
    if (load) refuseIgnoredFlags(flags);
    if (dataset) refuseFlagsOfReports(flags);
    await refuseFile(options.out, flags.out);
    if (dataset) {
      const generateLocally = await lazy(
        import('./datagen/generateLocally'),
        'generateLocally',
      );
      await generateLocally({
        ...rest,
        profile: dataset,
        signal: interrupt.signal,
        display,
        json: flags.output === 'json',
      });
      return;
    }
    if (load) {
      const runLoadLocally = await lazy(
        import('./load/runLoadLocally'),
        'runLoadLocally',
      );
      await runLoadLocally({
        ...rest,
        profile: load,
        title: flags.file ?? options.directory,
        signal: interrupt.signal,
        display,
        json: flags.output === 'json',
      });
      return;
    }
    const result = await runLocally({
      ...rest,
      signal: interrupt.signal,
      display,
    });
    display.finish(result);
    if (flags.output === 'json') {
      printJson({
        passed: result.passed,
        interrupted: result.interrupted,
        budget: result.budget,
        summary: result.summary,
        files: result.files,
      });
    }
    if (result.interrupted) process.exitCode = EXIT.interrupted;
    else if (flags.ci && !result.passed) process.exitCode = EXIT.failed;
  } catch (error) {
    display.stop();
    throw toCliError(error);
  } finally {
    stopListening();
  }
}

/** Said before anything is run. */
async function refuseFile(out: string, given: string): Promise<void> {
  const found = await stat(out).catch(() => undefined);
  if (found && !found.isDirectory()) {
    throw new CliError(`--out: '${given}' is a file: name a folder`);
  }
}

async function toRunOptions(flags: RunFlags): Promise<
  Omit<LocalRunOptions, 'signal' | 'display'> & {
    load?: LoadProfile;
    dataset?: DatasetProfile;
  }
> {
  const formats = readFormats(wantedFormats(flags));
  const trials = readCount('--trials', flags.trials);
  const concurrency = readCount('-j', flags.concurrency);
  const out = resolveFromCaller(flags.out);
  const common = {
    sampling: {
      maxTokens: readCount('--max-tokens', flags.maxTokens),
      temperature: readNumber('--temperature', flags.temperature),
      seed: readNumber('--seed', flags.seed),
    },
    reportFiles: {
      junit: flags.junitFile && resolveFromCaller(flags.junitFile),
      markdown: flags.markdownFile && resolveFromCaller(flags.markdownFile),
    },
    concurrency,
    out,
  };
  if (flags.mockConfig !== undefined && !flags.mockProvider) {
    process.stderr.write(
      'warning: --mock-config has no effect without --mock-provider\n',
    );
  }
  const mockProvider = flags.mockProvider
    ? {
        configFile:
          flags.mockConfig === undefined
            ? undefined
            : resolveFromCaller(flags.mockConfig),
      }
    : undefined;
  const selection = {
    scenarioIds: flags.scenario,
    evalIds: flags.eval,
    skipPackEvals: flags.skipPackEvals,
    evalTypes: flags.evalTypes,
    providerIds: flags.provider,
    overrideProviders: readOverrides(flags.overrideProvider),
    regions: flags.region,
    // On one's own machine, as any other script of the repository.
    allow: {
      exec: flags.exec,
      stdio: flags.stdio,
      ambientCredentials: true,
    },
  };
  if (flags.file === undefined) {
    const bundle = await findBundle(flags.config ?? '.');
    return {
      ...bundle,
      plan: { ...selection, trials, mockProvider },
      ...common,
      compat: !flags.strict,
      formats: formats ?? ['json'],
      verbose: flags.verbose ?? false,
    };
  }
  // Admission is not needed without a file.
  const readJob = await lazy(import('./readJob'), 'readJob');
  const job = await readJob(flags.file, {
    bundle: flags.config,
    mocked: flags.mockProvider ?? false,
  });
  return {
    ...job,
    plan: {
      ...job.plan,
      ...selection,
      ...(trials !== undefined && { trials }),
      mockProvider,
    },
    ...common,
    compat: job.compat && !flags.strict,
    formats: formats ?? job.formats,
    verbose: flags.verbose ?? job.verbose,
  };
}

/** A report that has a file of its own is asked for by that. */
function wantedFormats(flags: RunFlags): string[] | undefined {
  const named = flags.format ?? flags.formats;
  const more = [
    ...(flags.junitFile === undefined ? [] : ['junit']),
    ...(flags.markdownFile === undefined && !flags.html ? [] : ['markdown']),
  ];
  return named || more.length > 0 ? [...(named ?? []), ...more] : undefined;
}

function readOverrides(
  pairs: string[] | undefined,
): Record<string, string> | undefined {
  return (
    pairs &&
    Object.fromEntries(
      pairs.map(pair => {
        const [from, to, ...rest] = pair.split('=');
        if (!from || !to || rest.length > 0) {
          throw new CliError(
            `--override-provider: '${pair}' is not allowed: give two ids as from=to`,
          );
        }
        return [from, to];
      }),
    )
  );
}

function readFormats(names: string[] | undefined): ReportFormat[] | undefined {
  return names?.map(name => {
    const format = REPORT_FORMATS.find(known => known === name);
    if (!format) {
      throw new CliError(
        `--format: '${name}' is not known: allowed are ${REPORT_FORMATS.join(
          ', ',
        )}`,
      );
    }
    return format;
  });
}

function readNumber(
  flag: string,
  value: string | undefined,
): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw new CliError(
      `${flag}: '${value}' is not allowed: give a number that is not negative`,
    );
  }
  return number;
}

function readCount(
  flag: string,
  value: string | undefined,
): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(value)) {
    throw new CliError(
      `${flag}: '${value}' is not allowed: give a whole number from 1 to 999999`,
    );
  }
  return Number(value);
}
