// What a cluster with many ArenaJobs costs the portal, and the portal it: `npm run -s bench:kubernetes`.
import { startCluster } from '@backstage-arena/arena-devcluster';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { packPackages } from '../engine/packages';
import { guestToken, portalConfig } from '../engine/portalConfig';
import { startPortal } from '../engine/processes';
import { median } from '../median';
import { ArenaJobs } from './ArenaJobs';
import { requestsBetween } from './requestsBetween';

const HELP = `Measures the portal on a Kubernetes cluster with many ArenaJobs.

  --jobs N       of which one in a hundred is not finished, default 10000
  --reactions N  jobs that are created to see how soon something is said of them, default 20
  --steady S     seconds in which nothing changes, default 60
  --check        exit status 1 when a target is missed
`;

const TARGETS = { requestsPerSecond: 1, reactionMs: 1_000 };
const LIMIT_MS = 300_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter(arg => arg !== '--'),
    options: {
      jobs: { type: 'string', default: '10000' },
      reactions: { type: 'string', default: '20' },
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
  await packPackages();
  const cluster = await startCluster({
    manifests: [resolve(__dirname, '../../crds')],
    dns: false,
  });
  const folder = await mkdtemp(join(tmpdir(), 'arena-bench-kubernetes-'));
  try {
    const config = join(folder, 'app-config.json');
    const { baseUrl, config: content } = await portalConfig(folder, url => ({
      embedded: { enabled: false },
      clusters: [
        {
          name: 'bench',
          connection: { type: 'kubeconfig', path: cluster.kubeconfig },
          worker: { image: 'none:1', backendUrl: url },
        },
      ],
    }));
    await writeFile(config, JSON.stringify(content));
    const jobs = new ArenaJobs(cluster.kubeconfig);

    const empty = await startAndSync(config, baseUrl);
    await empty.portal.stop();

    say(`Creating ${count} ArenaJobs`);
    await jobs.create(count);
    const bareListMs = await jobs.bareList();
    const bareReactionMs = median(
      await repeat(Number(values.reactions), () => jobs.untilSeen()),
    );

    const full = await startAndSync(config, baseUrl);
    try {
      const reactions = await repeat(Number(values.reactions), () =>
        jobs.untilSaid(),
      );
      const reactionMs = median(reactions);
      await jobs.deleteExtra();
      await sleep(5_000);
      const from = new Date();
      const seconds = Number(values.steady);
      await sleep(seconds * 1_000);
      const steady = requestsBetween(
        await cluster.auditLog(),
        from,
        new Date(),
      );
      const perSecond = steady.total / seconds;
      const memory = await full.portal.memoryMiB();

      const lines: Array<[boolean | undefined, string]> = [
        [
          undefined,
          `from answering to synced: ${full.syncMs.toFixed(
            0,
          )} ms with ${count} jobs, ${empty.syncMs.toFixed(
            0,
          )} ms with none; a bare client lists the jobs in ${bareListMs.toFixed(
            0,
          )} ms`,
        ],
        [
          undefined,
          `memory of the backend seconds after its start: ${full.memoryMiB.toFixed(
            0,
          )} MiB with ${count} jobs, ${empty.memoryMiB.toFixed(
            0,
          )} MiB with none; ${memory.toFixed(0)} MiB at the end`,
        ],
        [
          reactionMs < TARGETS.reactionMs,
          `from the creation of a job to its first status: ${reactionMs.toFixed(
            0,
          )} ms (below ${
            TARGETS.reactionMs
          } ms); a bare watch tells the creation after ${bareReactionMs.toFixed(
            0,
          )} ms`,
        ],
        [
          steady.lists === 0,
          `lists while nothing changes: ${steady.lists} in ${seconds} s (0)`,
        ],
        [
          perSecond < TARGETS.requestsPerSecond,
          `requests while nothing changes: ${perSecond.toFixed(2)}/s (below ${
            TARGETS.requestsPerSecond
          }/s): ${steady.described}`,
        ],
      ];
      for (const [met, text] of lines) {
        const verdict = met === undefined ? '' : met ? 'met    ' : 'MISSED ';
        process.stdout.write(`${verdict}${text}\n`);
      }
      return values.check && lines.some(([met]) => met === false) ? 1 : 0;
    } finally {
      await full.portal.stop();
    }
  } finally {
    await cluster.down();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts the portal; measures from its first answer until it has read the whole cluster. */
async function startAndSync(config: string, url: string) {
  const portal = await startPortal(config);
  const begin = performance.now();
  const token = await guestToken(url);
  while (!(await isReady(url, token))) {
    if (performance.now() - begin > LIMIT_MS) {
      throw new Error('The portal did not read the cluster in time');
    }
    await sleep(20);
  }
  const syncMs = performance.now() - begin;
  // Until the jobs that are not finished were looked at.
  await sleep(3_000);
  return { portal, syncMs, memoryMiB: await portal.memoryMiB() };
}

async function isReady(url: string, token: string): Promise<boolean> {
  const answer = await fetch(`${url}/api/arena/v1/clusters`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = await answer.json();
  return items.every((cluster: { ready: boolean }) => cluster.ready);
}

async function repeat(
  times: number,
  work: () => Promise<number>,
): Promise<number[]> {
  const results: number[] = [];
  for (let n = 0; n < times; n += 1) results.push(await work());
  return results;
}

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
