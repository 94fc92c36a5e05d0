import { ConflictError } from '@backstage/errors';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { errnoCode } from './errnoCode';
import { WorkspaceFile } from './listFiles';

const CHUNK = 64 * 1024;

/** The folder is in use; the next fetch reads it again. */
export function fileChanged(file: WorkspaceFile): ConflictError {
  return new ConflictError(
    `"${file.path}" changed while the folder was read; it is read again later`,
  );
}

/**
 * Streams exactly the file that was listed: not what a link put in its place leads to, and never more or fewer bytes than it had.
 *
 * @throws ConflictError when it is another one by now
 */
export async function* readFileOnce(
  file: WorkspaceFile,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const flags =
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file.location, flags).catch(error => {
    const code = errnoCode(error) ?? '';
    throw ['ENOENT', 'ELOOP', 'ENOTDIR'].includes(code)
      ? fileChanged(file)
      : new Error(`"${file.path}" cannot be read: ${code || error}`);
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size !== file.size) {
      throw fileChanged(file);
    }
    let left = file.size;
    while (left > 0) {
      signal.throwIfAborted();
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, left));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) {
        throw fileChanged(file);
      }
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
