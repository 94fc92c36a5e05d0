import { createHash } from 'node:crypto';
import { HashedFile } from './packFiles';

/** A hash of what a bundle consists of, not of how it is packed. */
export function revisionOf(
  files: readonly Pick<HashedFile, 'path' | 'sha256' | 'executable'>[],
): string {
  const hash = createHash('sha256');
  for (const { path, sha256, executable } of files) {
    hash.update(JSON.stringify([path, sha256, executable]));
  }
  return `sha256:${hash.digest('hex')}`;
}
