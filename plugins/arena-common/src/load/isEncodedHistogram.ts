import pako from 'pako';

/** Of a histogram with all values that there may be. */
const MAX_TEXT_LENGTH = 500_000;
const MAX_BYTES = 1_000_000;
const INFLATED_CHUNK = 65_536;

const COMPRESSED_COOKIE = 0x1c849304;
const COOKIE = 0x1c849303;
/** Bits of a cookie that tell of the size of words, which V2 does not use. */
const WORD_SIZE = 0xf0;
const COMPRESSED_HEADER = 8;
const HEADER = 40;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const SIGNIFICANT_DIGITS = 3;
/** After eight bytes of seven bits: no safe integer has more. */
const MAX_FACTOR = 2 ** 56;
/** 38 hours in microseconds: twice what is told apart, and more. */
const MAX_VALUE = 2 ** 37;
/** Values of three significant digits up to there: 2,048 alone, then 1,024 for each doubling. */
const MAX_COUNTS = 2_048 + 1_024 * (37 - 11);

/**
 * Whether a text is a histogram in compressed V2 encoding with three significant digits, in base64. What it takes to find out is bounded, which
 * it is not when the text is decoded: its header may claim any size.
 *
 * @internal
 */
export function isEncodedHistogram(text: string): boolean {
  if (text.length > MAX_TEXT_LENGTH) return false;
  const compressed = bytesOf(text);
  if (!compressed || compressed.length < COMPRESSED_HEADER) return false;
  const head = new DataView(compressed.buffer);
  if (!isCookie(head.getUint32(0), COMPRESSED_COOKIE)) return false;
  const end = COMPRESSED_HEADER + head.getUint32(4);
  if (end > compressed.length) return false;
  const data = inflate(compressed.subarray(COMPRESSED_HEADER, end));
  return data !== undefined && hasCounts(data);
}

function isCookie(value: number, expected: number): boolean {
  return (value & ~WORD_SIZE) === expected;
}

function bytesOf(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined;
  return Uint8Array.from(atob(text), char => char.charCodeAt(0));
}

class TooLong extends Error {}

/** Undefined when it cannot be inflated, or becomes too long. */
function inflate(compressed: Uint8Array): Uint8Array | undefined {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const inflator = new pako.Inflate({ chunkSize: INFLATED_CHUNK });
  inflator.onData = chunk => {
    size += chunk.length;
    if (size > MAX_BYTES) throw new TooLong();
    chunks.push(chunk);
  };
  try {
    inflator.push(compressed, false);
  } catch (error) {
    if (error instanceof TooLong) return undefined;
    throw error;
  }
  if (!inflator.ended || inflator.err !== 0) return undefined;
  const all = new Uint8Array(size);
  let position = 0;
  for (const chunk of chunks) {
    all.set(chunk, position);
    position += chunk.length;
  }
  return all;
}

function hasCounts(data: Uint8Array): boolean {
  if (data.length < HEADER) return false;
  const head = new DataView(data.buffer);
  const payload = head.getUint32(4);
  const lowest = head.getBigUint64(16);
  const highest = head.getBigUint64(24);
  return (
    isCookie(head.getUint32(0), COOKIE) &&
    payload === data.length - HEADER &&
    head.getUint32(12) === SIGNIFICANT_DIGITS &&
    lowest === BigInt(1) &&
    highest >= BigInt(2) &&
    highest <= BigInt(MAX_VALUE) &&
    fits(data.subarray(HEADER), Number(highest))
  );
}

/** Whether the counts, and the gaps between them, lie within the values that the header says there are. */
function fits(payload: Uint8Array, highest: number): boolean {
  const length = Math.min(MAX_COUNTS, countsUpTo(highest));
  let index = 0;
  let position = 0;
  while (position < payload.length) {
    let value = 0;
    let factor = 1;
    let byte = 0x80;
    while (byte >= 0x80) {
      if (position === payload.length) return false;
      byte = payload[position];
      position += 1;
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (value > Number.MAX_SAFE_INTEGER || factor > MAX_FACTOR) return false;
    }
    // Zigzag: odd ones are negative, and say how many counts are 0.
    index += value % 2 === 0 ? 1 : (value + 1) / 2;
    if (index > length) return false;
  }
  return true;
}

/** Counts of a histogram up to a value. */
function countsUpTo(highest: number): number {
  let buckets = 1;
  for (let beyond = 2_048; beyond <= highest; beyond *= 2) buckets += 1;
  return (buckets + 1) * 1_024;
}
