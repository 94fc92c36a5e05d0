import { createHash } from 'node:crypto';
import { goJson } from './goText';

/** Digest of a value's content: equal for equal content, whatever the order of keys. */
export function contentDigest(value: unknown): string {
  return createHash('sha256').update(goJson(value)).digest('hex').slice(0, 32);
}
