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

async function measureWorker(
  folder: string,
  items: string,
  formats: string,
): Promise<Measured> {
  const output = join(folder, 'stored');
  await mkdir(output);
  const portal = await startPart<{ url: string; token: string }>(
    '../outputs/portalPart.ts',
    [folder, items, formats || REPORT_FORMATS.join(','), output],
  );
  try {
    return await measure('worker', output, portal.url, portal.token);
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
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'arena-bench-outputs-'));
  const server = await startS3({ folder: join(folder, 'server') });
  const reports = join(folder, 'reports');
  try {
    await mkdir(reports);
    (await createBucket(server, 'bench')).destroy();
    const written = await measure(
      'write',
      reports,
      values.items,
      values.formats,
    );
    const plain = await measure('plain', reports, folder);
    const steps: Array<[string, Measured]> = [
      ['all formats from rows', written],
      ['to a folder', await measure('folder', reports, join(folder, 'out'))],
      [
        'to S3',
        await measure(
          's3',
          reports,
          JSON.stringify({
            bucket: 'bench',
            prefix: 'bench/',
            runId: 'bench',
            endpoint: server.endpoint,
            allowedHosts: ['127.0.0.1'],
            credentials: server.credentials,
          }),
        ),
      ],
      [
        'a worker with a portal',
        await measureWorker(folder, values.items, values.formats),
      ],
    ];
    const mib = written.bytes / 1024 ** 2;
    process.stdout.write(
      `${values.items} items, ${Math.round(
        mib,
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
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch(error => {
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
