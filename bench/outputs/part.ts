// One step of the benchmark of outputs, in a process of its own, so that its memory is its own.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { lazy } from '../../packages/arena-worker/src/cli/lazy';
import { FolderOutput } from '../../packages/arena-worker/src/outputs/FolderOutput';
import { OutputStore } from '../../packages/arena-worker/src/outputs/OutputStore';
import { REPORT_FORMATS } from '../../packages/arena-worker/src/reports/reportNames';
import { writeReports } from '../../packages/arena-worker/src/reports/writeReports';
import { ProtocolClient } from '../../packages/arena-worker/src/worker/ProtocolClient';
import { readResults } from '../../packages/arena-worker/src/worker/readResults';
import { createWorkerLogger } from '../../packages/arena-worker/src/worker/WorkerLogger';
import { heapFlags } from '../../plugins/arena-backend/src/launcher/heapFlags';
import { resolveWorkerBin } from '../../plugins/arena-backend/src/launcher/workerBin';
import { rowsOf, RUN_ID } from './rowsOf';

const CHUNK = Buffer.alloc(1024 * 1024, 'x');

const signal = new AbortController().signal;

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    bytes += (await stat(join(folder, name))).size;
  }
  return bytes;
}

/** The reference: as many bytes, and nothing else. */
async function plain(target: string, bytes: number): Promise<void> {
  const file = await open(join(target, 'plain'), 'w');
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    await file.write(CHUNK, 0, Math.min(left, CHUNK.length));
  }
  await file.sync();
  await file.close();
}

async function store(output: OutputStore, folder: string): Promise<void> {
  await output.open();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    const { size } = await stat(path);
    const digest = `sha256:${hash.digest('hex')}`;
    const contentType = 'application/octet-stream';
    await output.put({ name, path, size, digest, contentType }, signal);
  }
  await output.finish();
  output.close();
}

/** What comes of a run's results from the portal, row by row. */
async function download(
  baseUrl: string,
  token: string,
  items: number,
): Promise<void> {
  const logger = createWorkerLogger({ write: () => undefined });
  const client = new ProtocolClient({
    baseUrl,
    token,
    logger,
    patienceMs: 60_000,
  });
  let count = 0;
  for await (const row of readResults({ client, logger, signal })) {
    if (row.index !== count) throw new Error(`Item ${count} is missing`);
    count += 1;
  }
  await client.close();
  if (count !== items) throw new Error(`${count} of ${items} items came`);
}

/**
 * All that a worker does that writes the reports of a run: what it reads comes from the portal, and the reports go there as well. It is the
 * command as launchers start it.
 *
 * @returns its peak of memory, in MiB; read while it runs, as Linux shows it
 */
async function finalize(
  output: string,
  backendUrl: string,
  token: string,
): Promise<number> {
  const child = spawn(
    process.execPath,
    [...heapFlags(512), resolveWorkerBin(), 'worker'],
    {
      env: {
        ...process.env,
        ARENA_BACKEND_URL: backendUrl,
        ARENA_RUN_TOKEN: token,
        ARENA_RUN_ID: RUN_ID,
        ARENA_WORKER_ID: RUN_ID,
        ARENA_WORKER_ROLE: 'finalize',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-10_000);
  });
  let peakKiB = 0;
  const look = setInterval(() => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const [, value = '0'] = /^VmHWM:\s*(\d+)/m.exec(status) ?? [];
    peakKiB = Math.max(peakKiB, Number(value));
  }, 50);
  const [code] = await once(child, 'exit');
  clearInterval(look);
  const { length } = await readdir(output);
  if (code !== 0 || length === 0) {
    throw new Error(
      `The worker ended with ${code} and ${length} files: ${log}`,
    );
  }
  return peakKiB / 1_024;
}

/** @returns the peak of memory, in MiB, where it is not that of this process. */
async function run([step, folder, ...rest]: string[]): Promise<
  number | undefined
> {
  switch (step) {
    case 'write':
      await writeReports({
        rows: rowsOf(Number(rest[0])),
        formats: rest[1] ? rest[1].split(',') : REPORT_FORMATS,
        directory: folder,
        title: 'bench',
      });
      return undefined;
    case 'plain':
      await plain(folder, Number(rest[0]));
      return undefined;
    case 'folder':
      await store(new FolderOutput({ path: rest[0], runId: 'bench' }), folder);
      return undefined;
    case 's3': {
      const S3Output = await lazy(
        import('../../packages/arena-worker/src/outputs/S3Output'),
        'S3Output',
      );
      const options = JSON.parse(rest[0]);
      await store(new S3Output(options), folder);
      return undefined;
    }
    case 'download':
      await download(rest[0], rest[1], Number(rest[2]));
      return undefined;
    case 'worker':
      return finalize(folder, rest[0], rest[1]);
    default:
      throw new Error(`${basename(__filename)}: '${step}' is not known`);
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const start = performance.now();
  const measured = await run(args);
  const seconds = (performance.now() - start) / 1_000;
  const bytes = await bytesIn(args[1]);
  const peakMiB = measured ?? process.resourceUsage().maxRSS / 1_024;
  process.send!({ bench: { seconds, bytes, peakMiB } });
  process.disconnect!();
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});
