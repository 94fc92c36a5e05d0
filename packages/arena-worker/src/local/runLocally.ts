import { join } from 'node:path';
import { ReportFormat } from '@backstage-arena/arena-engine';
import { RunBudget } from '@backstage-arena/plugin-arena-common';
import { ReportFiles, ReportFilesOptions } from '../reports/ReportFiles';
import { CellList } from './CellList';
import { executePlan } from './executePlan';
import { LineFile } from '../reports/LineFile';
import { LocalBudget } from './LocalBudget';
import { makeFolder, openLocalRun, OpenLocalRunOptions } from './openLocalRun';
import { LocalRunResult, RunDisplay } from './RunDisplay';
import { toReportItem } from './toReportItem';
import { Verdict } from './verdict';

export interface LocalRunOptions extends OpenLocalRunOptions {
  /** Items in flight; default: the bundle's, else 6. */
  concurrency?: number;
  formats: ReportFormat[];
  /** Absolute paths of reports that do not go into the folder of the results. */
  reportFiles?: ReportFilesOptions['files'];
  /** From 0 to 1; default 1. */
  minPassRate?: number;
  /** What the run may spend. */
  budget?: RunBudget;
  /** Absolute; made once the run is planned. */
  out: string;
  signal: AbortSignal;
  display: RunDisplay;
}

const DEFAULT_CONCURRENCY = 6;

/** Runs a bundle in this process and writes its reports. */
export async function runLocally(
  options: LocalRunOptions,
): Promise<LocalRunResult> {
  const { display, signal, out, budget } = options;
  const { bundle, plan, runnerOptions } = await openLocalRun({
    ...options,
    plan: { ...options.plan, hasBudget: budget !== undefined },
  });
  const concurrency =
    options.concurrency ?? bundle.concurrency ?? DEFAULT_CONCURRENCY;
  const runner = await bundle.runner(plan, {
    ...runnerOptions,
    concurrency,
    ...(budget && { budget: new LocalBudget(budget.limit) }),
  });
  let isSpent = false;
  let finished = 0;

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
        isOver: () => isSpent,
        onProgress: report => {
          finished += 1;
          if (report.error?.class === 'budget') isSpent = true;
          display.item(report);
        },
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
        passed: verdict.passed && !isSpent,
        interrupted: signal.aborted,
        ...(budget && {
          budget: {
            ...budget,
            exhausted: isSpent,
            notRun: isSpent ? plan.total - finished : 0,
          },
        }),
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
