import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLoadTest } from '@backstage-arena/arena-engine';
import {
  ArrivalSchedule,
  LOAD_SERIES_COLUMNS,
  LoadProfile,
  LoadReport,
  loadSeriesCsv,
  loadSeriesRow,
  scheduleOf,
} from '@backstage-arena/plugin-arena-common/load';
import { EXIT } from '../../cli/errors';
import { printJson } from '../../cli/outputOption';
import { LineFile } from '../LineFile';
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
  const files = [
    'loadtest.json',
    'loadtest-series.jsonl',
    'loadtest-series.csv',
  ];
  const [reportPath, linesPath, tablePath] = files.map(file => join(out, file));
  const lines = await LineFile.open(linesPath, 'w');
  const table = await LineFile.open(tablePath, 'w');
  let report: LoadReport;
  try {
    await table.add(LOAD_SERIES_COLUMNS.join(','));
    report = await runLoadTest({
      bundle,
      plan,
      runnerOptions,
      profile,
      title: options.title,
      signal,
      onBatch: async ({ batch, totals, schedule: current }) => {
        const { second: number, inFlight } = batch.worker;
        const row = loadSeriesRow({
          second: number,
          totals,
          schedule: current,
          workers: 1,
          inFlight,
        });
        say(formatSecond(row));
        await lines.add(JSON.stringify(batch));
        await table.add(loadSeriesCsv(row));
      },
    });
  } finally {
    await Promise.all([lines.close(), table.close()]);
  }
  await writeFile(reportPath, `${JSON.stringify(report, null, 2)}\n`);
  if (json) {
    printJson({ ...report, files: [reportPath, linesPath, tablePath] });
  } else {
    say(formatLoadReport(report));
    [reportPath, linesPath, tablePath].forEach(file => say(`Written: ${file}`));
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
