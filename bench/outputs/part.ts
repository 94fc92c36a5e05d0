// One step of the benchmark of outputs, in a process of its own, so that its memory is its own.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ReportItem } from '@backstage-arena/arena-engine';
import { lazy } from '../../packages/arena-worker/src/cli/lazy';
import { FolderOutput } from '../../packages/arena-worker/src/outputs/FolderOutput';
import { OutputStore } from '../../packages/arena-worker/src/outputs/OutputStore';
import { REPORT_FORMATS } from '../../packages/arena-worker/src/reports/reportNames';
import { writeReports } from '../../packages/arena-worker/src/reports/writeReports';

const PROVIDERS = 20;
const TRIALS = 5;
const CHUNK = Buffer.alloc(1024 * 1024, 'x');

const signal = new AbortController().signal;

/** Rows as a run has them: one in ten did not pass, and says why. */
async function* rowsOf(count: number): AsyncGenerator<ReportItem> {
  for (let index = 0; index < count; index += 1) {
    const cell = Math.floor(index / TRIALS);
    const isFailed = index % 10 === 0;
    yield {
      index,
      scenario: `scenario-${Math.floor(cell / PROVIDERS)}`,
      provider: `provider-${cell % PROVIDERS}`,
      region: 'default',
      variant: 0,
      trial: index % TRIALS,
      attempt: 1,
      status: isFailed ? 'failed' : 'passed',
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1_000 + (index % 977),
      checksTotal: 3,
      checksFailed: isFailed ? 1 : 0,
      score: isFailed ? 0.25 : 1,
      turns: 2,
      toolCalls: 1,
      inputTokens: 320,
      outputTokens: 180,
      cachedTokens: 0,
      cost: 0.0025,
      ttftMs: 210 + (index % 89),
      message: isFailed
        ? 'contains: the answer has none of "refund", "money back", "30 days"'
        : undefined,
    };
  }
}

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

async function run([step, folder, ...rest]: string[]): Promise<void> {
  switch (step) {
    case 'write':
      await writeReports({
        rows: rowsOf(Number(rest[0])),
        formats: rest[1] ? rest[1].split(',') : REPORT_FORMATS,
        directory: folder,
        title: 'bench',
      });
      return;
    case 'plain':
      await plain(rest[0], await bytesIn(folder));
      return;
    case 'folder':
      await store(new FolderOutput({ path: rest[0], runId: 'bench' }), folder);
      return;
    case 's3': {
      const S3Output = await lazy(
        import('../../packages/arena-worker/src/outputs/S3Output'),
        'S3Output',
      );
      const options = JSON.parse(rest[0]);
      await store(new S3Output(options), folder);
      return;
    }
    default:
      throw new Error(`${basename(__filename)}: '${step}' is not known`);
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const start = performance.now();
  await run(args);
  const seconds = (performance.now() - start) / 1_000;
  const bytes = await bytesIn(args[1]);
  const peakMiB = process.resourceUsage().maxRSS / 1_024;
  process.send!({ bench: { seconds, bytes, peakMiB } });
  process.disconnect!();
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});
