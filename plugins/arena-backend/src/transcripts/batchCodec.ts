import { compress, Compressed, decompress } from '../database/compression';

/** A compressed batch as it is stored. */
export interface EncodedBatch extends Compressed {}

/** A transcript of a batch. */
export interface BatchEntry {
  index: number;
  json: string;
}

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
  return compress(packed);
}

/** Reverse of {@link encodeBatch}: the transcripts by index. */
export async function decodeBatch(
  batch: EncodedBatch,
): Promise<Map<number, Buffer>> {
  const content = await decompress(batch);
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
