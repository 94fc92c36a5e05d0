import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchBundle, makeBundle } from '../engine/makeBundle';
import { runPortalJob } from '../engine/portalJob';
import { runArena } from '../engine/processes';
import { median } from '../median';
import { Comparison } from './Line';
import { measureChildren } from './measureChildren';
import { promptfoo, PROMPTFOO_VERSION } from './promptfoo';
import { orSkip, Skipped } from './Skipped';

const TARGETS = { jobRatio: 10, memoryRatio: 0.5 };

interface Measured {
  perSecond: number;
  peakMiB: number;
  /** Absent for a portal: it does other things as well. */
  cpuPerThousand?: number;
}

interface Contender {
  name: string;
  runs: Measured[];
  run(): Promise<Measured>;
}

export interface EvaluationOptions {
  /** Of the model server. */
  url: string;
  scenarios: number;
  providers: number;
  inFlight: number;
  /** Items of a worker of the portal that are started and not yet stored. */
  jobConcurrency: number;
  workers: number;
  repeat: number;
}

/** The same single-turn items with the same check, by promptfoo, by the command line, and as a job of a portal. */
export async function measureEvaluation(
  options: EvaluationOptions,
  skipped: Skipped[],
): Promise<Comparison> {
  const { url, scenarios, providers, jobConcurrency } = options;
  const peer = await orSkip('promptfoo', skipped, promptfoo);
  const bundle = await makeBundle({
    url,
    scenarios,
    providers,
    concurrency: jobConcurrency,
  });
  try {
    const contenders: Contender[] = [
      ...(peer
        ? [
            contender(`promptfoo ${PROMPTFOO_VERSION}`, options, () =>
              peer.evaluate(options),
            ),
          ]
        : []),
      contender('arena run', options, () => runCommand(bundle, options)),
      {
        name: `portal job, ${options.workers} workers`,
        runs: [],
        run: () => runJob(bundle, options),
      },
    ];
    // In turn, because the machine is not the same all the time.
    for (let n = 0; n < options.repeat; n += 1) {
      for (const each of contenders) {
        const measured = await each.run();
        each.runs.push(measured);
        process.stdout.write(
          `evaluation: ${each.name}: ${rateOf(measured)} items/s, ${Math.round(
            measured.peakMiB,
          )} MiB\n`,
        );
      }
    }
    return compare(contenders, peer !== undefined);
  } finally {
    await bundle.remove();
  }
}

const itemsOf = ({ scenarios, providers }: EvaluationOptions) =>
  scenarios * providers;

/** A command: its start-up counts, and the look at what it has written does not. */
function contender(
  name: string,
  options: EvaluationOptions,
  work: () => Promise<() => Promise<void>>,
): Contender {
  return {
    name,
    runs: [],
    async run() {
      const { value: check, use } = await measureChildren(work);
      await check();
      const items = itemsOf(options);
      return {
        perSecond: items / use.seconds,
        peakMiB: use.peakMiB,
        cpuPerThousand: (1_000 * use.cpuSeconds) / items,
      };
    },
  };
}

async function runCommand(
  bundle: BenchBundle,
  options: EvaluationOptions,
): Promise<() => Promise<void>> {
  const out = await mkdtemp(join(tmpdir(), 'arena-bench-out-'));
  await runArena([
    'run',
    ...['-c', bundle.directory, '--strict', '--ci', '-o', out],
    ...['-j', String(options.inFlight), '--output', 'json'],
  ]);
  return async () => {
    await assertPassed(join(out, 'results.json'), itemsOf(options));
    await rm(out, { recursive: true });
  };
}

/** That of a portal which has started before; from the admission of the job to its success. */
async function runJob(
  bundle: BenchBundle,
  options: EvaluationOptions,
): Promise<Measured> {
  const items = itemsOf(options);
  const { value, use } = await measureChildren(() =>
    runPortalJob(bundle, { items, workers: options.workers }),
  );
  return { perSecond: items / value.seconds, peakMiB: use.peakMiB };
}

async function assertPassed(file: string, items: number): Promise<void> {
  const { summary } = JSON.parse(await readFile(file, 'utf8'));
  if (summary.passed !== items) {
    throw new Error(
      `arena run: ${JSON.stringify(summary)} where ${items} items should pass`,
    );
  }
}

function compare(contenders: Contender[], hasPeer: boolean): Comparison {
  const middles = contenders.map(({ name, runs }) => ({
    name,
    perSecond: median(runs.map(run => run.perSecond)),
    peakMiB: median(runs.map(run => run.peakMiB)),
    cpu:
      runs[0].cpuPerThousand === undefined
        ? undefined
        : median(runs.map(run => run.cpuPerThousand!)),
  }));
  const peer = hasPeer ? middles[0] : undefined;
  const [command, job] = middles.slice(-2);
  return {
    table: [
      ['evaluation', 'items/s', 'ratio', 'peak memory', 'CPU s / 1,000 items'],
      ...middles.map(middle => [
        middle.name,
        rateOf(middle),
        peer ? (middle.perSecond / peer.perSecond).toFixed(1) : '-',
        `${Math.round(middle.peakMiB)} MiB`,
        middle.cpu === undefined ? '-' : middle.cpu.toFixed(2),
      ]),
    ],
    lines: peer
      ? [
          {
            name: 'items per second of the job, as a ratio to promptfoo',
            value: (job.perSecond / peer.perSecond).toFixed(1),
            target: `at least ${TARGETS.jobRatio}`,
            met: job.perSecond >= TARGETS.jobRatio * peer.perSecond,
          },
          {
            name: 'peak memory of arena run, as a ratio to promptfoo',
            value: (command.peakMiB / peer.peakMiB).toFixed(2),
            target: `below ${TARGETS.memoryRatio}`,
            met: command.peakMiB < TARGETS.memoryRatio * peer.peakMiB,
          },
        ]
      : [],
  };
}

const rateOf = ({ perSecond }: { perSecond: number }) =>
  perSecond.toFixed(perSecond < 100 ? 1 : 0);
