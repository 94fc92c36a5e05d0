// Starts backend and workers for each case, and prints what was measured as a table and as JSON.
import { writeFile } from 'node:fs/promises';
import { formatTable } from '../formatTable';
import { BenchOptions, readOptions } from './options';
import { CaseResult, runCase } from './runCase';

const TARGETS = { ratio: 0.3, p99Ms: 100, firstLeaseMs: 3_000, growth: 1.25 };

function verdict(result: CaseResult): string[] {
  const misses: string[] = [];
  if (result.ratio < TARGETS.ratio) misses.push('ratio');
  if (result.catalogP99Ms >= TARGETS.p99Ms) misses.push('catalog p99');
  if (result.firstLeaseMs >= TARGETS.firstLeaseMs) misses.push('first lease');
  if (result.memoryGrowth > TARGETS.growth) misses.push('memory');
  return misses;
}

function table(results: readonly CaseResult[]): string {
  const rows = [
    [
      'database',
      'workers',
      'items/s',
      'bare rows/s',
      'ratio',
      'catalog p50',
      'catalog p99',
      'first lease',
      'RSS start/end/peak',
      'viewers',
      'messages to each',
      'jobs',
      'page of jobs p99',
      'rows of results',
      'targets',
    ],
    ...results.map(result => [
      result.database,
      String(result.workers),
      result.itemsPerSecond.toFixed(0),
      result.bareRowsPerSecond.toFixed(0),
      result.ratio.toFixed(2),
      `${result.catalogP50Ms.toFixed(1)} ms`,
      `${result.catalogP99Ms.toFixed(1)} ms`,
      `${result.firstLeaseMs.toFixed(0)} ms`,
      `${result.rssStartMiB.toFixed(0)}/${result.rssEndMiB.toFixed(
        0,
      )}/${result.rssMaxMiB.toFixed(0)} MiB`,
      String(result.viewers),
      `at least ${result.streamEventsMin}`,
      String(result.jobs),
      `${result.views.jobsPageP99Ms.toFixed(1)} ms`,
      `${result.views.rows} in ${result.views.rowsMs.toFixed(0)} ms`,
      verdict(result).length === 0
        ? 'met'
        : `missed: ${verdict(result).join(', ')}`,
    ]),
  ];
  return formatTable(rows);
}

async function main(options: BenchOptions): Promise<number> {
  const results: CaseResult[] = [];
  for (const database of options.databases) {
    for (const workers of options.workers) {
      process.stderr.write(
        `${database}, ${workers} worker(s), ${options.items} items, ${options.viewers} viewer(s), ${options.jobs} jobs ...\n`,
      );
      results.push(await runCase({ ...options, database, workers }));
    }
  }
  const json = JSON.stringify({ targets: TARGETS, results }, undefined, 2);
  process.stdout.write(`${table(results)}\n\n${json}\n`);
  if (options.out) await writeFile(options.out, `${json}\n`);
  const missed = results.some(result => verdict(result).length > 0);
  return options.check && missed ? 1 : 0;
}

main(readOptions(process.argv.slice(2))).then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
