// What many ArenaJobs cost the catalog: `npm run -s bench:catalog`.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { guestToken, portalConfig } from '../engine/portalConfig';
import { median } from '../median';
import { Figures } from './messages';
import { PortalApi } from './PortalApi';
import { Portal, startPortal } from './startPortal';

const HELP = `Measures how a real catalog takes the ArenaJobs of the embedded cluster.

  --jobs N     ArenaJobs in the store, default 10000
  --changes N  jobs that are changed, one after the other, default 20
  --steady S   seconds in which nothing changes, default 60
  --check      exit status 1 when a target is missed
`;

const REFRESH_SECONDS = 5;
const TARGETS = { ingestRatio: 1.5, requestsPerRefresh: 2, latencyMs: 2_000 };

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter(arg => arg !== '--'),
    options: {
      jobs: { type: 'string', default: '10000' },
      changes: { type: 'string', default: '20' },
      steady: { type: 'string', default: '60' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const count = Number(values.jobs);
  const seconds = Number(values.steady);
  const folder = await mkdtemp(join(tmpdir(), 'arena-bench-catalog-'));
  try {
    const seeding = await start(folder, { clusters: [] });
    say(`Creating ${count} ArenaJobs`);
    await seeding.api.createJobs(count);
    await seeding.portal.stop();

    say('Ingesting them');
    const arena = await start(folder, {});
    const ingestMs = await arena.api.untilCount(count);
    const { peakMiB } = await arena.portal.figures();
    say(
      `All are there after ${secondsOf(ingestMs)}, ${peakMiB.toFixed(0)} MiB`,
    );
    const entities = await arena.api.entities();

    say('Waiting while nothing changes');
    await sleep(2 * REFRESH_SECONDS * 1_000);
    const steady = await during(arena.portal, () => sleep(seconds * 1_000));
    say(
      `${percent(steady.cpuSeconds, seconds)} of a core; ${describe(
        steady.requests,
      )}`,
    );
    say('Changing some');
    const latencies: number[] = [];
    const changed = await during(arena.portal, async () => {
      for (let n = 0; n < Number(values.changes); n += 1) {
        latencies.push(
          await arena.api.untilChanged((n * 37) % count, `team-${n + 1000}`),
        );
      }
    });
    await arena.portal.stop();

    say('The same with a cluster that goes away in the middle of its list');
    const failing = await start(folder, {}, { ARENA_BENCH_FAILING: '1' });
    await sleep(4 * REFRESH_SECONDS * 1_000);
    const { failures } = await failing.portal.figures();
    const kept = await failing.api.count();
    await failing.portal.stop();
    say(`${kept} entities after ${failures} listings that broke off`);

    say('A provider that has all entities ready');
    const file = join(folder, 'entities.json');
    await writeFile(file, JSON.stringify(entities));
    const plainFolder = join(folder, 'plain');
    const plain = await start(
      plainFolder,
      {},
      { ARENA_BENCH_MODE: 'plain', ARENA_BENCH_ENTITIES: file },
    );
    plain.portal.ingest();
    const plainMs = await plain.api.untilCount(count);
    say(`All are there after ${secondsOf(plainMs)}`);
    const plainPeakMiB = (await plain.portal.figures()).peakMiB;
    await sleep(2 * REFRESH_SECONDS * 1_000);
    const idle = await during(plain.portal, () => sleep(seconds * 1_000));
    await plain.portal.stop();

    const refreshes = seconds / REFRESH_SECONDS;
    const lists = sum(steady.requests, /^GET (?!stream)/) / refreshes;
    const ratio = ingestMs / plainMs;
    const latency = median(latencies);
    const lines: Array<[boolean | undefined, string]> = [
      [
        ratio < TARGETS.ingestRatio,
        `from the start until ${count} entities are there: ${secondsOf(
          ingestMs,
        )}, ${ratio.toFixed(2)} times the ${secondsOf(
          plainMs,
        )} of a provider that has them ready (below ${TARGETS.ingestRatio})`,
      ],
      [
        undefined,
        `peak memory of the process: ${peakMiB.toFixed(
          0,
        )} MiB with Arena in it, ${plainPeakMiB.toFixed(
          0,
        )} MiB with the other provider`,
      ],
      [
        lists <= TARGETS.requestsPerRefresh,
        `requests per refresh while nothing changes: ${lists.toFixed(1)} (${
          TARGETS.requestsPerRefresh
        }): ${describe(steady.requests)}`,
      ],
      [
        undefined,
        `CPU while nothing changes: ${percent(
          steady.cpuSeconds,
          seconds,
        )} of a core with Arena and a refresh each ${REFRESH_SECONDS} s, ${percent(
          idle.cpuSeconds,
          seconds,
        )} with the other provider`,
      ],
      [
        latency < TARGETS.latencyMs,
        `from a change of one job to its entity: ${latency.toFixed(
          0,
        )} ms (median of ${latencies.length}, highest ${Math.max(
          ...latencies,
        ).toFixed(0)} ms; below ${TARGETS.latencyMs} ms)`,
      ],
      [
        undefined,
        `one change costs ${(
          (1_000 * changed.cpuSeconds) /
          latencies.length
        ).toFixed(
          0,
        )} ms of CPU, with the request and the asking for the entity; listings of jobs: ${sum(
          changed.requests,
          /^GET arenajobs$/,
        )}`,
      ],
      [
        kept === count && failures > 1,
        `after ${failures} listings that broke off: ${kept} entities (${count})`,
      ],
    ];
    for (const [met, text] of lines) {
      const verdict = met === undefined ? '' : met ? 'met    ' : 'MISSED ';
      process.stdout.write(`${verdict}${text}\n`);
    }
    return values.check && lines.some(([met]) => met === false) ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A portal on the databases of a folder. */
async function start(
  folder: string,
  provider: object,
  env: Record<string, string> = {},
): Promise<{ portal: Portal; api: PortalApi }> {
  const { baseUrl, config } = await portalConfig(folder, () => ({}));
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'app-config.json');
  await writeFile(
    file,
    JSON.stringify({
      ...config,
      catalog: {
        orphanProviderStrategy: 'keep',
        providers: {
          arena: {
            schedule: {
              frequency: { seconds: REFRESH_SECONDS },
              timeout: { minutes: 5 },
              // The portal must answer before it can be asked.
              initialDelay: { seconds: 1 },
            },
            ...provider,
          },
        },
      },
    }),
  );
  const portal = await startPortal(file, env);
  return { portal, api: new PortalApi(baseUrl, await guestToken(baseUrl)) };
}

async function during(
  portal: Portal,
  work: () => Promise<unknown>,
): Promise<Pick<Figures, 'cpuSeconds' | 'requests'>> {
  const before = await portal.figures();
  await work();
  const after = await portal.figures();
  return {
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    requests: Object.fromEntries(
      Object.entries(after.requests)
        .map(([what, times]) => [what, times - (before.requests[what] ?? 0)])
        .filter(([, times]) => times !== 0),
    ),
  };
}

function sum(requests: Record<string, number>, what: RegExp): number {
  return Object.entries(requests)
    .filter(([name]) => what.test(name))
    .reduce((total, [, times]) => total + times, 0);
}

function describe(requests: Record<string, number>): string {
  return (
    Object.entries(requests)
      .map(([what, times]) => `${times} x ${what}`)
      .join(', ') || 'none'
  );
}

const secondsOf = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
const percent = (part: number, whole: number) =>
  `${((100 * part) / whole).toFixed(1)} %`;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

main().then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
