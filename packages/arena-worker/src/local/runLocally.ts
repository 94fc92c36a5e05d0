import { access, mkdir } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import {
  Bundle,
  BundleProblem,
  loadBundle,
  PlanOptions,
  ReportFormat,
  RunnerOptions,
} from '@backstage-arena/arena-engine';
import { BundlePath } from '../cli/bundlePath';
import { formatProblem } from '../cli/bundleErrors';
import { CliError } from '../cli/errors';
import { ReportFiles, ReportFilesOptions } from '../reports/ReportFiles';
import { CellList } from './CellList';
import { executePlan } from './executePlan';
import { LineFile } from './LineFile';
import { LocalRunResult, RunDisplay } from './RunDisplay';
import { toReportItem } from './toReportItem';
import { Verdict } from './verdict';

export interface LocalRunOptions extends BundlePath {
  plan: PlanOptions;
  compat: boolean;
  /** Items in flight; default: the bundle's, else 6. */
  concurrency?: number;
  formats: ReportFormat[];
  /** Absolute paths of reports that do not go into the folder of the results. */
  reportFiles?: ReportFilesOptions['files'];
  sampling?: RunnerOptions['sampling'];
  /** From 0 to 1; default 1. */
  minPassRate?: number;
  verbose: boolean;
  /** Absolute; made once the run is planned. */
  out: string;
  secret?: (name: string) => string | undefined;
  signal: AbortSignal;
  display: RunDisplay;
}

const DEFAULT_CONCURRENCY = 6;

/** Most warnings that are shown before a run; `arena validate` shows all. */
const MAX_WARNINGS = 5;

function showWarnings(
  warnings: readonly BundleProblem[],
  display: RunDisplay,
): void {
  for (const warning of warnings.slice(0, MAX_WARNINGS)) {
    display.warn(formatProblem(warning));
  }
  const more = warnings.length - MAX_WARNINGS;
  if (more > 0) display.warn(`${more} more: see arena validate`);
}

/** Runs a bundle in this process and writes its reports. */
export async function runLocally(
  options: LocalRunOptions,
): Promise<LocalRunResult> {
  const { display, signal, out } = options;
  const bundle = await loadBundle(options.directory, {
    arenaFile: options.arenaFile,
    compat: options.compat,
    localFiles: true,
  });
  showWarnings(bundle.warnings, display);
  const planOptions = await withMockFile(options.plan, bundle);
  const plan = bundle.plan(planOptions);
  const concurrency =
    options.concurrency ?? bundle.concurrency ?? DEFAULT_CONCURRENCY;
  const runner = await bundle.runner(plan, {
    ...planOptions,
    compat: options.compat,
    secret: options.secret,
    localFiles: true,
    concurrency,
    sampling: options.sampling,
    log: options.verbose
      ? line => process.stderr.write(`${line}\n`)
      : undefined,
  });

  try {
    await makeFolder(out);
    // results.json is what scripts read: it is always there.
    const formats = [...new Set<ReportFormat>(['json', ...options.formats])];
    const files = new ReportFiles({
      formats,
      directory: out,
      files: options.reportFiles,
      title: bundle.arenaFile,
    });
    const transcriptsPath = join(out, 'transcripts.jsonl');
    const transcripts = await LineFile.open(transcriptsPath, 'w');
    try {
      const verdict = new Verdict({
        onlyFirstTrialCounts: options.compat,
        minPassRate: options.minPassRate,
      });
      const cells = new CellList();
      display.start(plan, concurrency);
      await executePlan({
        runner,
        concurrency,
        signal,
        onProgress: report => display.item(report),
        onReport: report => {
          const row = toReportItem(plan, report);
          verdict.add(row);
          cells.add(row);
          const written = files.write(row);
          const said =
            report.transcript === undefined
              ? undefined
              : transcripts.add(report.transcript);
          return written && said
            ? Promise.all([written, said]).then(() => {})
            : written ?? said;
        },
      });
      const { reports, summary } = await files.end();
      return {
        passed: verdict.passed,
        interrupted: signal.aborted,
        summary,
        cells: cells.end(),
        onlyFirstTrialCounts: options.compat,
        files: [...reports.map(report => report.path), transcriptsPath],
      };
    } catch (error) {
      await files.abort(error);
      throw error;
    } finally {
      await transcripts.close();
    }
  } finally {
    await runner.close();
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new CliError(
      `--out: '${path}' cannot be made: ${
        error instanceof Error ? error.message : error
      }`,
      { cause: error },
    );
  }
}

/**
 * The mock's file is named from where the user stands, or as the bundle would name it; the engine looks inside the bundle.
 */
async function withMockFile(
  plan: PlanOptions,
  bundle: Pick<Bundle, 'directory'>,
): Promise<PlanOptions> {
  const file = plan.mockProvider?.configFile;
  if (file === undefined) return plan;
  const inside = relative(bundle.directory, file);
  const isInside = !inside.startsWith('..') && !isAbsolute(inside);
  await access(file).catch(error => {
    throw new CliError(
      `--mock-config: '${file}' cannot be read: ${error.message}`,
    );
  });
  return {
    ...plan,
    mockProvider: { configFile: isInside ? inside : file },
  };
}
