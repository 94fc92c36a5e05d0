import { InputError } from '@backstage/errors';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** A file of a stored bundle. */
export interface ArchivedFile {
  path: string;
  /** Bytes. */
  size: number;
  executable: boolean;
  /** Reads the content; only until the next file is asked for. */
  content: AsyncIterable<Buffer>;
}

const MAX_ENTRIES = 100_000;
const MAX_BYTES = 1024 ** 3;

/**
 * The files of a `tar.gz`, one after the other. Content that is not read is skipped.
 *
 * @throws InputError when it is no such archive, or one that unpacks to more than a bundle may have
 */
export async function* readArchive(
  archive: Readable,
): AsyncGenerator<ArchivedFile> {
  const unpack = extract();
  const source = pipeline(archive, createGunzip(), unpack);
  // Told where the entries are awaited.
  source.catch(error => unpack.destroy(error));
  let entries = 0;
  let bytes = 0;
  try {
    for await (const entry of unpack) {
      const { name, type, size = 0, mode = 0 } = entry.header;
      entries += 1;
      bytes += size;
      if (entries > MAX_ENTRIES || bytes > MAX_BYTES) {
        throw new InputError(
          `The archive has more than ${MAX_ENTRIES} entries or unpacks to more than ${MAX_BYTES} bytes`,
        );
      }
      if (type === 'file' || type === 'contiguous-file') {
        yield {
          path: name.replace(/^(\.\/)+/, ''),
          size,
          executable: (mode & 0o111) !== 0,
          content: entry as AsyncIterable<Buffer>,
        };
      }
      entry.resume();
    }
    await source;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`The archive cannot be read: ${error}`);
  } finally {
    archive.destroy();
    unpack.destroy();
  }
}
