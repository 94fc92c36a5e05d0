import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

/** A compressed batch as it is stored. */
export interface EncodedBatch {
  codec: string;
  content: Buffer;
}

/** A transcript of a batch. */
export interface BatchEntry {
  index: number;
  json: string;
}

interface Codec {
  compress(content: Buffer): Promise<Buffer>;
  decompress(content: Buffer): Promise<Buffer>;
}

/** Large enough for nearly all: each chunk of the output costs a way to the thread and back. */
function chunkSize(input: Buffer): number {
  return Math.max(64 * 1024, Math.ceil(input.length / 2));
}

const gzip: Codec = {
  compress: content =>
    promisify(zlib.gzip)(content, { level: 1, chunkSize: chunkSize(content) }),
  decompress: promisify(zlib.gunzip),
};

// Not in the first releases of Node.js 22. Three times as fast as gzip at the same size.
const zstd: Codec | undefined =
  typeof zlib.zstdCompress === 'function'
    ? {
        compress: content =>
          promisify(zlib.zstdCompress)(content, {
            chunkSize: chunkSize(content),
            params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 },
          }),
        decompress: content =>
          promisify(zlib.zstdDecompress)(content, {
            chunkSize: chunkSize(content),
          }),
      }
    : undefined;

const CODECS = new Map<string, Codec>([['gzip', gzip]]);
if (zstd) CODECS.set('zstd', zstd);

const ENTRY_HEADER = 12;
const COUNT_HEADER = 4;

/** Packs and compresses transcripts. */
export async function encodeBatch(
  entries: readonly BatchEntry[],
): Promise<EncodedBatch> {
  return compressBatch(packBatch(entries));
}

/**
 * Puts transcripts into one buffer.
 *
 * Layout, big-endian: number of entries (4 bytes); for each its index (8) and length in bytes (4); then the texts in the same order.
 */
export function packBatch(entries: readonly BatchEntry[]): Buffer {
  const lengths = entries.map(({ json }) => Buffer.byteLength(json));
  const textStart = COUNT_HEADER + ENTRY_HEADER * entries.length;
  // One buffer for everything: hundreds of small ones would be made and thrown away with each report.
  const content = Buffer.allocUnsafe(
    lengths.reduce((sum, length) => sum + length, textStart),
  );
  content.writeUInt32BE(entries.length, 0);
  let start = textStart;
  entries.forEach(({ index, json }, position) => {
    const offset = COUNT_HEADER + ENTRY_HEADER * position;
    content.writeBigUInt64BE(BigInt(index), offset);
    content.writeUInt32BE(lengths[position], offset + 8);
    start += content.write(json, start);
  });
  return content;
}

/** Compresses a packed batch, on a thread of the pool. */
export async function compressBatch(packed: Buffer): Promise<EncodedBatch> {
  const codec = zstd ? 'zstd' : 'gzip';
  return { codec, content: await CODECS.get(codec)!.compress(packed) };
}

/** Reverse of {@link encodeBatch}: the transcripts by index. */
export async function decodeBatch(
  batch: EncodedBatch,
): Promise<Map<number, Buffer>> {
  const codec = CODECS.get(batch.codec);
  if (!codec) {
    throw new Error(
      `Transcripts are compressed with '${batch.codec}', which this Node.js (${process.version}) does not know; use 22.15 or later`,
    );
  }
  const content = await codec.decompress(batch.content);
  const result = new Map<number, Buffer>();
  const count = content.readUInt32BE(0);
  let start = COUNT_HEADER + ENTRY_HEADER * count;
  for (let position = 0; position < count; position += 1) {
    const offset = COUNT_HEADER + ENTRY_HEADER * position;
    const end = start + content.readUInt32BE(offset + 8);
    result.set(
      Number(content.readBigUInt64BE(offset)),
      content.subarray(start, end),
    );
    start = end;
  }
  return result;
}
