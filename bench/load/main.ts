// What a load test of one process can send: `npm run -s bench:load`.
import { parseArgs } from 'node:util';
import { makeBundle } from '../engine/makeBundle';
import { CHUNK_MS, CHUNKS, FIRST_TOKEN_MS } from '../engine/profile';
import { median } from '../median';
import { runPart, startServer } from './processes';

const HELP = `Measures load tests against autocannon on the same server in the same run.

  --only rate|paced|streams   one of the measurements
  --seconds N                 of each measurement, default 5
  --connections N             of both, default 50
  --repeat N                  pairs of autocannon and engine, default 3
  --rps N                     of the paced load, default 2000
  --streams N                 at a time, default 1000
  --check                     exit status 1 when a target is missed
`;

const TARGETS = { ratio: 0.25, streamPeakMiB: 350, latenessP99Ms: 2 };

interface Measured {
  perSecond: number;
  cpuUsPerRequest: number;
  failed: number;
}

interface MeasuredLoad extends Measured {
  sent: number;
  expected?: number;
  lateness: { p50: number; p99: number; max: number };
  inFlight: number;
  rssMiB: number;
  cpu: number;
  verdict: string;
}

interface Line {
  name: string;
  value: string;
  target: string;
  met: boolean;
}

const profileOf = (changes: object) =>
  JSON.stringify({
    mode: 'open',
    arrivals: 'constant',
    seed: 0,
    warmUpMs: 1_000,
    gracefulStopMs: 10_000,
    vusPerWorker: 1,
    maxInFlight: 5_000,
    exceedRateLimits: false,
    mix: [],
    slo: {},
    sampleRate: 1,
    thresholds: [],
    budgetCurrency: 'USD',
    ...changes,
  });

/** As many as possible, over so many connections; the first second of the engine is left out. */
async function measureRate(
  url: string,
  options: { seconds: number; connections: number; repeat: number },
): Promise<Line[]> {
  const { seconds, connections, repeat } = options;
  const bundle = await makeBundle({ url, scenarios: 20, providers: 1 });
  const pairs: Array<{ rate: number; cpu: number }> = [];
  try {
    for (let n = 0; n < repeat; n += 1) {
      const wire = await runPart<Measured>('autocannonPart.ts', [
        url,
        String(connections),
        String(seconds),
      ]);
      const ours = await runPart<MeasuredLoad>('loadPart.ts', [
        bundle.directory,
        profileOf({
          mode: 'closed',
          stages: [
            {
              durationMs: (seconds + 1) * 1_000,
              from: connections,
              to: connections,
            },
          ],
        }),
      ]);
      if (ours.failed + wire.failed > 0) throw new Error('Requests failed');
      pairs.push({
        rate: ours.perSecond / wire.perSecond,
        cpu: wire.cpuUsPerRequest / ours.cpuUsPerRequest,
      });
      process.stdout.write(
        `rate: ${Math.round(ours.perSecond)}/s at ${Math.round(
          ours.cpuUsPerRequest,
        )} us of CPU each, autocannon ${Math.round(
          wire.perSecond,
        )}/s at ${Math.round(wire.cpuUsPerRequest)} us\n`,
      );
    }
  } finally {
    await bundle.remove();
  }
  const rate = median(pairs.map(pair => pair.rate));
  const cpu = median(pairs.map(pair => pair.cpu));
  return [
    {
      name: 'requests per second, as a ratio to autocannon',
      value: rate.toFixed(2),
      target: `at least ${TARGETS.ratio}`,
      met: rate >= TARGETS.ratio,
    },
    {
      name: 'requests per CPU time, as a ratio to autocannon',
      value: cpu.toFixed(2),
      target: `at least ${TARGETS.ratio}`,
      met: cpu >= TARGETS.ratio,
    },
  ];
}

async function measurePaced(
  url: string,
  options: { seconds: number; rps: number },
): Promise<Line[]> {
  const { seconds, rps } = options;
  const bundle = await makeBundle({ url, scenarios: 20, providers: 1 });
  const bare = await runPart<MeasuredLoad['lateness']>('pacePart.ts', [
    String(rps),
    String(seconds),
  ]);
  const load = await runPart<MeasuredLoad>('loadPart.ts', [
    bundle.directory,
    profileOf({
      stages: [{ durationMs: (seconds + 1) * 1_000, from: rps, to: rps }],
    }),
  ]).finally(() => bundle.remove());
  const { lateness, sent, expected, cpu, verdict } = load;
  process.stdout.write(
    `paced: ${sent} of ${expected} sent, late by ${lateness.p50.toFixed(
      2,
    )} ms at the median and ${lateness.max.toFixed(2)} ms at most, ${Math.round(
      cpu * 100,
    )} % of a core, ${verdict}\n`,
  );
  return [
    {
      name: `sent of ${rps}/s`,
      value: `${sent} of ${expected}`,
      target: 'all',
      met: sent === expected,
    },
    {
      name: `lateness at ${rps}/s, 99th percentile`,
      value: `${lateness.p99.toFixed(2)} ms`,
      target: `below ${
        TARGETS.latenessP99Ms
      } ms more than the ${bare.p99.toFixed(
        2,
      )} ms of a process that does nothing else`,
      met: lateness.p99 - bare.p99 < TARGETS.latenessP99Ms,
    },
  ];
}

async function measureStreams(
  url: string,
  options: { streams: number },
): Promise<Line[]> {
  const { streams } = options;
  const bundle = await makeBundle({
    url,
    scenarios: 20,
    providers: 1,
    streaming: true,
  });
  // A conversation is two streams, one after the other.
  const length = 2 * (FIRST_TOKEN_MS + CHUNKS * CHUNK_MS);
  const load = await runPart<MeasuredLoad>('loadPart.ts', [
    bundle.directory,
    profileOf({
      mode: 'closed',
      stages: [
        { durationMs: length, from: 0, to: streams },
        { durationMs: 10_000, from: streams, to: streams },
      ],
    }),
  ]).finally(() => bundle.remove());
  process.stdout.write(
    `streams: ${load.inFlight} at a time, ${Math.round(
      load.rssMiB,
    )} MiB, ${Math.round(load.cpu * 100)} % of a core, ${load.failed} failed\n`,
  );
  return [
    {
      name: `peak memory with ${load.inFlight} streams at a time`,
      value: `${Math.round(load.rssMiB)} MiB`,
      target: `below ${TARGETS.streamPeakMiB} MiB`,
      met: load.rssMiB < TARGETS.streamPeakMiB && load.inFlight >= streams,
    },
  ];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '50' },
      repeat: { type: 'string', default: '3' },
      rps: { type: 'string', default: '2000' },
      streams: { type: 'string', default: '1000' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { only } = values;
  if (only && !['rate', 'paced', 'streams'].includes(only)) {
    throw new Error(
      `--only: '${only}' is not known: allowed are rate, paced, streams`,
    );
  }
  const seconds = Number(values.seconds);
  const lines: Line[] = [];
  const server = await startServer();
  try {
    if (!only || only === 'rate') {
      lines.push(
        ...(await measureRate(server.url, {
          seconds,
          connections: Number(values.connections),
          repeat: Number(values.repeat),
        })),
      );
    }
    if (!only || only === 'paced') {
      const rps = Number(values.rps);
      lines.push(...(await measurePaced(server.url, { seconds, rps })));
    }
    if (!only || only === 'streams') {
      const streams = Number(values.streams);
      lines.push(...(await measureStreams(server.url, { streams })));
    }
  } finally {
    server.stop();
  }
  for (const { name, value, target, met } of lines) {
    process.stdout.write(
      `${met ? 'met   ' : 'MISSED'} ${name}: ${value} (target: ${target})\n`,
    );
  }
  if (values.check && lines.some(({ met }) => !met)) process.exitCode = 1;
}

main().catch(error => {
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
