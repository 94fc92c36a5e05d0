import { createHash } from 'node:crypto';

/** A short name for contents: different for different lists of parts. */
export function digestOf(parts: ReadonlyArray<string | Buffer>): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  }
  return hash.digest('hex').slice(0, 16);
}
