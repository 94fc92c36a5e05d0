import { Readable } from 'node:stream';

/** Cuts a stream into buffers of one size; only the last one is smaller. */
export async function* chunked(
  stream: Readable,
  size: number,
): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let collected = 0;
  for await (const part of stream) {
    let rest: Buffer = Buffer.isBuffer(part) ? part : Buffer.from(part);
    while (collected + rest.length >= size) {
      const missing = size - collected;
      yield Buffer.concat([...parts, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      parts = [];
      collected = 0;
    }
    if (rest.length > 0) {
      parts.push(rest);
      collected += rest.length;
    }
  }
  if (collected > 0) {
    yield Buffer.concat(parts);
  }
}
