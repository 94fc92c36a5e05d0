import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readLines, ReadStreamOptions } from './readLines';

/** What is compressed at a time. */
const CHUNK_LENGTH = 256 * 1024;
const HEAD = /^\{"index":(\d+),"transcript":/;

/** Name of the file with what was said, and the format that asks for it. */
export const TRANSCRIPTS_NAME = 'transcripts.jsonl.gz';
export const TRANSCRIPTS_FORMAT = 'transcripts';

/** Writes the transcripts that the backend still has, in order of index: one `Transcript` a line, as `arena run` does, compressed. */
export async function writeTranscripts(
  options: ReadStreamOptions & { path: string },
): Promise<void> {
  await pipeline(
    inChunks(readTranscripts(options)),
    createGzip(),
    createWriteStream(options.path),
    { signal: options.signal },
  );
}

async function* readTranscripts(
  options: ReadStreamOptions,
): AsyncGenerator<string> {
  let from = 0;
  const path = () => `/transcripts?from=${from}`;
  for await (const line of readLines({ ...options, path })) {
    const [head, index] = HEAD.exec(line) ?? [];
    if (head === undefined) {
      throw new Error('The backend sent a line that is no transcript');
    }
    from = Number(index) + 1;
    yield line.slice(head.length, -1);
  }
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = '';
  for await (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
