import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes what processes that were killed left in a folder for temporary files: what nobody has touched for a day. Other replicas may work
 * in the same folder.
 */
export async function removeAbandoned(
  directory: string,
  options: { now: Date; olderThanMs?: number },
): Promise<void> {
  const { now, olderThanMs = 24 * 3_600_000 } = options;
  const names = await readdir(directory).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    const path = join(directory, name);
    const info = await stat(path).catch(() => undefined);
    if (info && info.mtimeMs < now.getTime() - olderThanMs) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
