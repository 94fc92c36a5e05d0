import { InputError } from '@backstage/errors';
import { StoredTranscript } from '@backstage-arena/plugin-arena-node';
import { Router } from 'express';
import {
  PassThrough,
  pipeline as connect,
  Readable,
  Transform,
} from 'node:stream';
import { checkReportName, reportContentType } from '../runs/runReports';
import { requireOpenRun, runOf } from './authenticateRun';
import type { WorkerRouterOptions } from './createWorkerRouter';
import { PayloadTooLargeError } from './PayloadTooLargeError';
import { jsonLine } from './jsonLine';
import { parseRange } from './parseRange';
import { sendStream } from './sendStream';

/** The bundle, the results, the transcripts and the reports. All are streamed. */
export function addFileRoutes(
  router: Router,
  options: WorkerRouterOptions,
): void {
  const { runs, transcripts, snapshots, logger } = options;

  router.get('/bundle', requireOpenRun, async (request, response) => {
    const { digest } = (await runs.pins(runOf(response).runId)).source;
    const etag = `"${digest}"`;
    response.set({
      ETag: etag,
      'Accept-Ranges': 'bytes',
      'Cache-Control': 'private, no-transform',
      'Content-Type': 'application/gzip',
    });
    if (request.headers['if-none-match'] === etag) {
      response.status(304).end();
      return;
    }
    const condition = request.headers['if-range'];
    const wanted =
      condition === undefined || condition === etag
        ? parseRange(request.headers.range)
        : undefined;
    let { info, content } = await snapshots.open(digest);
    if (wanted) {
      content.destroy();
      const range = wanted.within(info.size);
      if (!range) {
        response.set('Content-Range', `bytes */${info.size}`);
        response.status(416).end();
        return;
      }
      response.set(
        'Content-Range',
        `bytes ${range.start}-${range.end}/${info.size}`,
      );
      response.set('Content-Length', String(range.end - range.start + 1));
      response.status(206);
      ({ info, content } = await snapshots.open(digest, range));
    } else {
      response.set('Content-Length', String(info.size));
    }
    await sendStream(content, response, logger);
  });

  router.get('/results', requireOpenRun, async (request, response) => {
    const from = readFrom(request.query.from);
    const lines = resultLines(runs, runOf(response).runId, from);
    response.set({
      'Cache-Control': 'no-store, no-transform',
      'Content-Type': 'application/x-ndjson',
    });
    await sendStream(Readable.from(lines), response, logger);
  });

  router.get('/transcripts', requireOpenRun, async (request, response) => {
    const from = readFrom(request.query.from);
    const { runId } = runOf(response);
    const lines = transcriptLines(transcripts.readAll(runId, from));
    response.set({
      'Cache-Control': 'no-store, no-transform',
      'Content-Type': 'application/x-ndjson',
    });
    await sendStream(Readable.from(lines), response, logger);
  });

  router.put('/reports/:name', requireOpenRun, async (request, response) => {
    const { name } = request.params;
    checkReportName(name);
    const limited = connect(request, limitBytes(options.maxUploadBytes), () => {
      // An interrupted upload comes out of `put`.
    });
    const { digest, size } = await snapshots.put(limited);
    await runs.addUpload(runOf(response).runId, {
      name,
      digest,
      size,
      contentType: reportContentType(name),
    });
    response.json({ name, digest, size });
  });
}

/** @throws InputError */
export function readFrom(value: unknown): number {
  if (value === undefined) return 0;
  const from = typeof value === 'string' && /^\d+$/.test(value) ? +value : NaN;
  if (!Number.isSafeInteger(from)) {
    throw new InputError(
      `from: '${value}' is not the index of an item; a whole number from 0 on is allowed`,
    );
  }
  return from;
}

async function* resultLines(
  runs: WorkerRouterOptions['runs'],
  runId: string,
  from: number,
): AsyncIterable<string> {
  for await (const rows of runs.readResults(runId, { from })) {
    yield rows.map(row => jsonLine(JSON.stringify(row))).join('');
  }
}

/** `{"index": N, "transcript": {...}}`, one a line. */
async function* transcriptLines(
  transcripts: AsyncIterable<StoredTranscript>,
): AsyncIterable<string> {
  for await (const { index, json } of transcripts) {
    yield jsonLine(`{"index":${index},"transcript":${json}}`);
  }
}

function limitBytes(maxBytes: number): Transform {
  let size = 0;
  return new PassThrough({
    transform(chunk, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) {
        done(
          new PayloadTooLargeError(`The file is larger than ${maxBytes} bytes`),
        );
      } else {
        done(null, chunk);
      }
    },
  });
}
