import { rm } from 'node:fs/promises';
import { runLoadTest } from '@backstage-arena/arena-engine';
import {
  ArrivalSchedule,
  LoadProfile,
  LoadReport,
  LoadSeriesRow,
  loadSeriesRow,
  scheduleOf,
} from '@backstage-arena/plugin-arena-common/load';
import { EXIT } from '../../cli/errors';
import { printJson } from '../../cli/outputOption';
import { LineFile } from '../../reports/LineFile';
import {
  LOAD_SUMMARY_KINDS,
  loadReportFile,
} from '../../reports/load/loadReportNames';
import { LoadSeriesTable } from '../../reports/load/LoadSeriesTable';
import { writeLoadSummaries } from '../../reports/load/writeLoadSummaries';
import { writeStaged } from '../../reports/load/writeStaged';
import { makeFolder, openLocalRun, OpenLocalRunOptions } from '../openLocalRun';
import { formatLoadReport } from './formatLoadReport';
import { formatSecond } from './formatSecond';

export interface RunLoadLocallyOptions extends OpenLocalRunOptions {
  profile: LoadProfile;
  /** Of the report. */
  title: string;
  /** Absolute; made once the run is planned. */
  out: string;
  signal: AbortSignal;
  /** The report goes to standard output instead of lines for people. */
  json: boolean;
}

/** Runs a load test in this process, and writes its report beside its series. Sets the exit status. */
export async function runLoadLocally(
  options: RunLoadLocallyOptions,
): Promise<void> {
  const { profile, out, json, signal } = options;
  const { bundle, plan, runnerOptions } = await openLocalRun(options);
  await makeFolder(out);
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`);
  };
  const schedule = profile.mode === 'open' ? scheduleOf(profile) : undefined;
  say(describe(profile, schedule));
  // Those of an earlier test would say of this one what is not true.
  for (const kind of LOAD_SUMMARY_KINDS) {
    await rm(loadReportFile(kind, out).path, { force: true });
  }
  const batches = loadReportFile('batches', out);
  const series = loadReportFile('series', out);
  const lines = await LineFile.open(batches.path, 'w');
  const table = await LoadSeriesTable.open(series.path);
  const rows: LoadSeriesRow[] = [];
  let report: LoadReport;
  try {
    report = await runLoadTest({
      bundle,
      plan,
      runnerOptions,
      profile,
      title: options.title,
      signal,
      onBatch: async ({ batch, totals, schedule: current }) => {
        const { second, inFlight } = batch.worker;
        const row = loadSeriesRow({
          second,
          totals,
          schedule: current,
          workers: 1,
          inFlight,
        });
        say(formatSecond(row));
        rows.push(row);
        await lines.add(JSON.stringify(batch));
        await table.add(row);
        // Whoever looks at the files meanwhile finds every second that is over.
        await Promise.all([lines.flush(), table.flush()]);
      },
    });
  } finally {
    await Promise.all([lines.close(), table.close()]);
  }
  const summaries = await writeStaged(out, directory =>
    writeLoadSummaries({ directory, report, rows }),
  );
  const files = [...summaries, batches, series].map(({ path }) => path);
  if (json) {
    printJson({ ...report, files });
  } else {
    say(formatLoadReport(report));
    files.forEach(file => say(`Written: ${file}`));
  }
  if (signal.aborted) process.exitCode = EXIT.interrupted;
  else if (!report.passed) process.exitCode = EXIT.failed;
}

function describe(
  profile: LoadProfile,
  schedule: ArrivalSchedule | undefined,
): string {
  const seconds = profile.stages.reduce(
    (sum, { durationMs }) => sum + durationMs / 1_000,
    0,
  );
  if (profile.search) {
    const { startRPS, maxRPS } = profile.search;
    return `Looking for the highest good rate from ${startRPS}/s to ${maxRPS}/s`;
  }
  const peak = Math.max(
    ...profile.stages.map(({ from, to }) => Math.max(from, to)),
  );
  return schedule
    ? `Sending ${schedule.total} requests in ${seconds} s, at most ${peak}/s`
    : `Keeping at most ${
        peak * profile.vusPerWorker
      } conversations in flight for ${seconds} s`;
}
