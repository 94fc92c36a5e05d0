// How much of the wire's speed the engine leaves: `npm run -s bench:engine`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../median';
import { makeBundle } from './makeBundle';
import { packPackages } from './packages';
import { runPortalJob } from './portalJob';
import { runArena, runPart, startServer } from './processes';
import { TARGETS } from './profile';

const HELP = `Measures the engine against a bare HTTP client that makes the same requests in the same run.

  --only items|conversations|job
                               one of the measurements
  --items N                    default 20000 (1,000 scenarios; providers are N / 1,000)
  --in-flight N                default 50
  --repeat N                   pairs of reference and engine, default 3
  --conversations N            default 1000
  --workers N                  of the job, default 2
  --spread MS                  over which the conversations start, default 10000
  --check                      exit status 1 when a target is missed
`;

const SCENARIOS = 1_000;
/** Items of a worker that are started and not yet stored; those whose report is on its way count. */
const JOB_CONCURRENCY = 200;

interface Line {
  name: string;
  value: string;
  target: string;
  met: boolean;
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Items through the command line, start-up and files included. */
async function measureItems(
  url: string,
  options: { items: number; inFlight: number; repeat: number },
): Promise<Line[]> {
  const { items, inFlight, repeat } = options;
  const out = await mkdtemp(join(tmpdir(), 'arena-bench-out-'));
  const run = async (count: number) => {
    const bundle = await makeBundle({
      url,
      scenarios: SCENARIOS,
      providers: count / SCENARIOS,
    });
    try {
      return await runArena([
        'run',
        ...['-c', bundle.directory, '--strict', '--ci', '-o', out],
        ...['-j', String(inFlight), '--output', 'json'],
      ]);
    } finally {
      await bundle.remove();
    }
  };
  const pairs: Array<{ ratio: number; engine: number; wire: number }> = [];
  const peaks: number[] = [];
  for (let n = 0; n < repeat; n += 1) {
    const wire = await runPart<{ perSecond: number }>('reference.ts', [
      url,
      String(items),
      String(inFlight),
    ]);
    const use = await run(items);
    const engine = items / use.seconds;
    pairs.push({
      ratio: engine / wire.perSecond,
      engine,
      wire: wire.perSecond,
    });
    peaks.push(use.peakMiB);
    process.stdout.write(
      `items: ${Math.round(engine)}/s in ${use.seconds.toFixed(
        1,
      )} s, bare client ${Math.round(wire.perSecond)}/s, peak ${Math.round(
        use.peakMiB,
      )} MiB\n`,
    );
  }
  const double = await run(items * 2);
  await rm(out, { recursive: true, force: true });
  const peak = Math.max(...peaks);
  const ratio = median(pairs.map(pair => pair.ratio));
  const growth = double.peakMiB / peak;
  return [
    {
      name: `rate of ${items} items, as a ratio to a bare client`,
      value: ratio.toFixed(2),
      target: `at least ${TARGETS.ratio}`,
      met: ratio >= TARGETS.ratio,
    },
    {
      name: 'peak memory',
      value: `${Math.round(peak)} MiB`,
      target: `below ${TARGETS.peakMiB} MiB`,
      met: peak < TARGETS.peakMiB,
    },
    {
      name: 'peak memory with twice the items, as a ratio',
      value: growth.toFixed(2),
      target: `at most ${TARGETS.growth}`,
      met: growth <= TARGETS.growth,
    },
  ];
}

async function measureConversations(
  url: string,
  options: { conversations: number; spread: number },
): Promise<Line[]> {
  const bundle = await makeBundle({
    url,
    scenarios: options.conversations,
    providers: 1,
    streaming: true,
  });
  const result = await runPart<{
    added: number[];
    failures: string[];
    conversations: number;
  }>('conversations.ts', [bundle.directory, String(options.spread)]);
  await bundle.remove();
  if (result.failures.length > 0) {
    throw new Error(
      `${result.failures.length} conversations failed, the first with: ${result.failures[0]}`,
    );
  }
  const p50 = percentile(result.added, 0.5);
  const p99 = percentile(result.added, 0.99);
  return [
    {
      name: `peak memory of ${result.conversations} streamed conversations`,
      value: `${Math.round(result.peakMiB)} MiB`,
      target: `below ${TARGETS.streamPeakMiB} MiB`,
      met: result.peakMiB < TARGETS.streamPeakMiB,
    },
    {
      name: `time added to the first token, median of ${result.added.length} replies`,
      value: `${p50.toFixed(1)} ms`,
      target: `below ${TARGETS.addedP50Ms} ms`,
      met: p50 < TARGETS.addedP50Ms,
    },
    {
      name: 'time added to the first token, 99th percentile',
      value: `${p99.toFixed(1)} ms`,
      target: `below ${TARGETS.addedP99Ms} ms`,
      met: p99 < TARGETS.addedP99Ms,
    },
  ];
}

/** The same items as a job: from its admission to its success. */
async function measureJob(
  url: string,
  options: { items: number; inFlight: number; workers: number; repeat: number },
): Promise<Line[]> {
  const { items, inFlight, workers, repeat } = options;
  const out = await mkdtemp(join(tmpdir(), 'arena-bench-out-'));
  const bundle = await makeBundle({
    url,
    scenarios: SCENARIOS,
    providers: items / SCENARIOS,
    concurrency: JOB_CONCURRENCY,
  });
  const ratios: number[] = [];
  try {
    for (let n = 0; n < repeat; n += 1) {
      const engine = await runArena([
        'run',
        ...['-c', bundle.directory, '--strict', '--ci', '-o', out],
        ...['-j', String(inFlight), '--output', 'json'],
      ]);
      const job = await runPortalJob(bundle, { items, workers });
      ratios.push(engine.seconds / job.seconds);
      process.stdout.write(
        `job: ${Math.round(items / job.seconds)}/s in ${job.seconds.toFixed(
          1,
        )} s, the first result after ${job.startSeconds.toFixed(
          1,
        )} s, results for ${job.runningSeconds.toFixed(1)} s (${
          job.messages
        } messages to the viewer); engine ${Math.round(
          items / engine.seconds,
        )}/s\n`,
      );
    }
  } finally {
    await bundle.remove();
    await rm(out, { recursive: true, force: true });
  }
  const ratio = median(ratios);
  return [
    {
      name: `rate of ${items} items in a job with ${workers} workers, as a ratio to the engine`,
      value: ratio.toFixed(2),
      target: `at least ${TARGETS.jobRatio}`,
      met: ratio >= TARGETS.jobRatio,
    },
  ];
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter(arg => arg !== '--'),
    options: {
      only: { type: 'string' },
      items: { type: 'string', default: '20000' },
      'in-flight': { type: 'string', default: '50' },
      repeat: { type: 'string', default: '3' },
      conversations: { type: 'string', default: '1000' },
      spread: { type: 'string', default: '10000' },
      workers: { type: 'string', default: '2' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { only } = values;
  const wants = (name: string) => only === undefined || only === name;
  if (!['items', 'conversations', 'job'].some(wants)) {
    throw new Error(
      `--only: '${only}' is not known: allowed are items, conversations, job`,
    );
  }
  await packPackages();
  const server = await startServer();
  const lines: Line[] = [];
  const load = {
    items: Number(values.items),
    inFlight: Number(values['in-flight']),
    repeat: Number(values.repeat),
  };
  try {
    if (wants('items')) lines.push(...(await measureItems(server.url, load)));
    if (wants('conversations')) {
      lines.push(
        ...(await measureConversations(server.url, {
          conversations: Number(values.conversations),
          spread: Number(values.spread),
        })),
      );
    }
    if (wants('job')) {
      const workers = Number(values.workers);
      lines.push(...(await measureJob(server.url, { ...load, workers })));
    }
  } finally {
    server.stop();
  }
  for (const { name, value, target, met } of lines) {
    process.stdout.write(
      `${met ? 'met   ' : 'MISSED'} ${name}: ${value} (${target})\n`,
    );
  }
  return values.check && lines.some(({ met }) => !met) ? 1 : 0;
}

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
