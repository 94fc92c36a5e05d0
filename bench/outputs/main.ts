// What the reports of a large run cost: `npm run -s bench:outputs`.
import { startS3 } from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { heapFlags } from '../../plugins/arena-backend/src/launcher/heapFlags';
import { REPORT_FORMATS } from '../../packages/arena-worker/src/reports/reportNames';
import { runPart, startPart } from '../load/processes';

const HELP = `Measures writing the reports of a run in all formats, storing them in a folder and in a real S3 server, and all of it together: a worker that
reads the results of a portal over HTTP, writes the reports, and stores them in the portal and in a folder.

  --items N      default 1000000
  --formats A,B  default: all
  --only NAME    parts (writing and storing alone) or worker (with a portal); default: both
  --check        exit status 1 when a target is missed
`;

const TARGET_MIB = 300;

interface Measured {
  seconds: number;
  bytes: number;
  peakMiB: number;
}

/** With the flags that local workers have. */
const measure = (...args: string[]) =>
  runPart<Measured>('../outputs/part.ts', args, heapFlags(512));

type Step = [name: string, measured: Measured];

interface Options {
  folder: string;
  items: string;
  /** With commas; empty: all. */
  formats: string;
}

/** Writing and storing alone, each from files that are there. */
async function measureParts({
  folder,
  items,
  formats,
}: Options): Promise<Step[]> {
  const reports = join(folder, 'reports');
  await mkdir(reports);
  const server = await startS3({ folder: join(folder, 'server') });
  try {
    (await createBucket(server, 'bench')).destroy();
    const s3 = JSON.stringify({
      bucket: 'bench',
      prefix: 'bench/',
      runId: 'bench',
      endpoint: server.endpoint,
      allowedHosts: ['127.0.0.1'],
      credentials: server.credentials,
    });
    const to = join(folder, 'out');
    return [
      [
        'all formats from rows',
        await measure('write', reports, items, formats),
      ],
      ['to a folder', await measure('folder', reports, to)],
      ['to S3', await measure('s3', reports, s3)],
    ];
  } finally {
    await server.stop();
  }
}

/** What a worker does, with a portal. */
async function measureWorker({
  folder,
  items,
  formats,
}: Options): Promise<Step[]> {
  const output = join(folder, 'stored');
  await mkdir(output);
  const portal = await startPart<{ url: string; token: string }>(
    '../outputs/portalPart.ts',
    [folder, items, formats || REPORT_FORMATS.join(','), output],
  );
  const { url, token } = portal;
  try {
    return [
      [
        'results read from a portal',
        await measure('download', output, url, token, items),
      ],
      [
        'all that a worker does, with a portal',
        await measure('worker', output, url, token),
      ],
    ];
  } finally {
    portal.stop();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter(arg => arg !== '--'),
    options: {
      items: { type: 'string', default: '1000000' },
      formats: { type: 'string', default: '' },
      only: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { only } = values;
  if (only !== undefined && only !== 'parts' && only !== 'worker') {
    throw new Error(
      `--only: '${only}' is not known: allowed are parts, worker`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'arena-bench-outputs-'));
  const options = { ...values, folder };
  try {
    const steps = [
      ...(only === 'worker' ? [] : await measureParts(options)),
      ...(only === 'parts' ? [] : await measureWorker(options)),
    ];
    const bytes = Math.max(...steps.map(([, step]) => step.bytes));
    const plain = await measure('plain', folder, String(bytes));
    process.stdout.write(
      `${values.items} items, ${Math.round(
        bytes / 1024 ** 2,
      )} MiB; plain writing of as many bytes: ${plain.seconds.toFixed(1)} s\n`,
    );
    let isMissed = false;
    for (const [name, { seconds, peakMiB }] of steps) {
      const met = peakMiB < TARGET_MIB;
      isMissed ||= !met;
      process.stdout.write(
        `${met ? 'met   ' : 'MISSED'} ${name}: ${seconds.toFixed(1)} s, ${(
          seconds / plain.seconds
        ).toFixed(1)} times plain writing, at most ${Math.round(
          peakMiB,
        )} MiB (target: below ${TARGET_MIB})\n`,
      );
    }
    if (values.check && isMissed) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch(error => {
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
