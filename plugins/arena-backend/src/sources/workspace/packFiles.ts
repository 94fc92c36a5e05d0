import { toError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, Pack } from 'tar-stream';
import { WorkspaceFile } from './listFiles';
import { fileChanged, readFileOnce } from './readFileOnce';

const EPOCH = new Date(0);

/** A file and the hash of its content. */
export interface HashedFile extends WorkspaceFile {
  sha256: string;
}

export async function hashFile(
  file: WorkspaceFile,
  signal: AbortSignal,
): Promise<HashedFile> {
  const hash = createHash('sha256');
  for await (const chunk of readFileOnce(file, signal)) {
    hash.update(chunk);
  }
  return { ...file, sha256: hash.digest('hex') };
}

async function addFile(
  archive: Pack,
  file: HashedFile,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  const entry = archive.entry({
    name: file.path,
    size: file.size,
    mode: file.executable ? 0o755 : 0o644,
    mtime: EPOCH,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    type: 'file',
  });
  await pipeline(async function* content() {
    for await (const chunk of readFileOnce(file, signal)) {
      hash.update(chunk);
      yield chunk;
    }
  }, entry);
  if (hash.digest('hex') !== file.sha256) {
    throw fileChanged(file);
  }
}

async function addFiles(
  archive: Pack,
  files: readonly HashedFile[],
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const file of files) {
      await addFile(archive, file, signal);
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(toError(error));
    throw error;
  }
}

async function* readArchive(
  files: readonly HashedFile[],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const archive = pack();
  const zipped = createGzip({ level: 6 });
  const work = Promise.allSettled([
    addFiles(archive, files, signal),
    pipeline(archive, zipped),
  ]);
  try {
    yield* zipped;
  } catch (error) {
    const [added] = await work;
    // Rather why than that the stream broke off.
    throw added.status === 'rejected' ? added.reason : error;
  } finally {
    archive.destroy();
    await work;
  }
}

/**
 * The files as a `tar.gz` whose bytes depend on nothing but their paths, contents and executable bits.
 *
 * Nothing is opened before it is read, so an archive that nobody wants needs no care.
 */
export function packFiles(
  files: readonly HashedFile[],
  signal: AbortSignal,
): Readable {
  return Readable.from(readArchive(files, signal), { objectMode: false });
}
