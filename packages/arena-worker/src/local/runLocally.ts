import { access, mkdtemp, rm } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import {
  Bundle,
  loadBundle,
  PlanOptions,
  ReportFormat,
} from '@backstage-arena/arena-engine';
import { BundlePath } from '../cli/bundlePath';
import { formatProblem } from '../cli/bundleErrors';
import { writeReports } from '../reports/writeReports';
import { executePlan } from './executePlan';
import { ResultSpool, toReportItem } from './ResultSpool';
import { LocalRunResult, RunDisplay } from './RunDisplay';
import { Verdict } from './verdict';

export interface LocalRunOptions extends BundlePath {
  plan: PlanOptions;
  compat: boolean;
  /** Items in flight; default: the bundle's, else 6. */
  concurrency?: number;
  formats: ReportFormat[];
  /** From 0 to 1; default 1. */
  minPassRate?: number;
  verbose: boolean;
  /** Absolute; exists. */
  out: string;
  secret?: (name: string) => string | undefined;
  signal: AbortSignal;
  display: RunDisplay;
}

const DEFAULT_CONCURRENCY = 6;

/** Runs a bundle in this process and writes its reports. */
export async function runLocally(
  options: LocalRunOptions,
): Promise<LocalRunResult> {
  const { display, signal, out } = options;
  const bundle = await loadBundle(options.directory, {
    arenaFile: options.arenaFile,
  });
  for (const warning of bundle.warnings) display.warn(formatProblem(warning));
  const planOptions = await withMockFile(options.plan, bundle);
  const plan = bundle.plan(planOptions);
  const runner = await bundle.runner(plan, {
    ...planOptions,
    compat: options.compat,
    secret: options.secret,
    log: options.verbose
      ? line => process.stderr.write(`${line}\n`)
      : undefined,
  });

  // In the output folder, so that the last step is on one disk, and a full one is noticed early.
  const temporary = await mkdtemp(join(out, '.arena-'));
  const transcripts = join(out, 'transcripts.jsonl');
  const spool = await ResultSpool.open({
    plan,
    directory: temporary,
    transcriptsPath: transcripts,
  });
  try {
    const verdict = new Verdict(options);
    const concurrency =
      options.concurrency ?? bundle.concurrency ?? DEFAULT_CONCURRENCY;
    display.start(plan.total, concurrency);
    await executePlan({
      runner,
      concurrency,
      signal,
      onProgress: ({ transcript: _, ...report }) =>
        display.item(toReportItem(plan, report)),
      onReport: async report => verdict.add(await spool.add(report)),
    });
    // results.json is what scripts read: it is always there.
    const formats = [...new Set<ReportFormat>(['json', ...options.formats])];
    const { reports, summary } = await writeReports({
      rows: spool.rows(),
      formats,
      directory: out,
      title: bundle.arenaFile,
    });
    return {
      passed: verdict.passed,
      interrupted: signal.aborted,
      summary,
      files: [...reports.map(report => report.path), transcripts],
    };
  } finally {
    await spool.close();
    await runner.close();
    await rm(temporary, { recursive: true, force: true });
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
  await access(file);
  return {
    ...plan,
    mockProvider: { configFile: isInside ? inside : file },
  };
}
