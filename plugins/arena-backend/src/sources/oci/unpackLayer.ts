import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PassThrough, Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';
import { StagingFolder } from '../staging/StagingFolder';
import { WorkspaceLimits } from '../workspace/WorkspaceLimits';
import { Descriptor } from './manifests';

const TITLE = 'org.opencontainers.image.title';
const UNPACK = 'io.deis.oras.content.unpack';
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Folders, links and whiteouts beside the files. */
const MAX_OTHER_ENTRIES = 100_000;
/** What an archive may have besides the contents of files. */
const MAX_OVERHEAD_BYTES = 64 * 1024 * 1024;

/** Options of {@link unpackLayer}. */
export interface UnpackLayerOptions {
  layer: Descriptor;
  /** The layer as it was downloaded. */
  file: string;
  into: StagingFolder;
  limits: WorkspaceLimits;
  signal: AbortSignal;
}

/** Adds what a layer has to a folder: a file of its own name, or an archive of files and of what it takes away from layers before. */
export async function unpackLayer(options: UnpackLayerOptions): Promise<void> {
  const { layer, file, into, signal } = options;
  const title = layer.annotations?.[TITLE];
  if (title !== undefined && layer.annotations?.[UNPACK] !== 'true') {
    await into.addFile(title, createReadStream(file), { signal });
    return;
  }
  const decompress = decompressor(layer);
  if (!decompress) {
    throw new SourceFetchError(
      'UnsupportedArtifact',
      `A layer of the artifact has the type ${JSON.stringify(
        layer.mediaType.slice(0, 100),
      )} and no title: allowed are archives (tar, tar+gzip, tar+zstd), and files with the annotation ${TITLE}, as oras pushes them`,
    );
  }
  await unpackTar(options, decompress);
}

function decompressor({
  mediaType,
  annotations,
}: Descriptor): Transform | undefined {
  if (/[.+](tar[.+])?gzip$|tar[.+]gz$/.test(mediaType)) return createGunzip();
  if (/tar[.+]zstd$/.test(mediaType)) return createZstdDecompress();
  if (/[.+/]tar$/.test(mediaType)) return new PassThrough();
  // A folder that oras has packed may have any type.
  return annotations?.[UNPACK] === 'true' ? createGunzip() : undefined;
}

async function unpackTar(
  { file, into, limits, signal }: UnpackLayerOptions,
  decompress: Transform,
): Promise<void> {
  const unpack = extract();
  const source = pipeline(
    createReadStream(file),
    decompress,
    limitBytes(limits.maxTotalBytes + MAX_OVERHEAD_BYTES),
    unpack,
    { signal },
  );
  source.catch(error => unpack.destroy(error));
  let others = 0;
  try {
    for await (const entry of unpack) {
      const { name, type, linkname, mode = 0, size = 0 } = entry.header;
      const path = name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
      const base = posix.basename(path);
      others += Number(type !== 'file');
      if (others > MAX_OTHER_ENTRIES) {
        throw new SourceFetchError(
          'TooLarge',
          `A layer has more than ${MAX_OTHER_ENTRIES} folders and links`,
        );
      }
      if (base === OPAQUE) {
        await clear(into, posix.dirname(path));
      } else if (base.startsWith(WHITEOUT)) {
        const gone = base.slice(WHITEOUT.length);
        await into.remove(posix.join(posix.dirname(path), gone));
      } else if (type === 'file' || type === 'contiguous-file') {
        if (size > limits.maxFileBytes) {
          throw new SourceFetchError(
            'TooLarge',
            `"${path}" has ${size} bytes, at most ${limits.maxFileBytes} are allowed in one file (limit maxFileBytes)`,
          );
        }
        await into.addFile(path, entry as AsyncIterable<Uint8Array>, {
          executable: (mode & 0o111) !== 0,
          signal,
        });
      } else if (type === 'symlink' || type === 'link') {
        await into.remove(path);
        into.addLink(path, linkTarget(type, path, linkname ?? ''));
      } else if (type !== 'directory') {
        throw new SourceFetchError(
          'UnsafePath',
          `"${path}" is a ${type}: allowed are files, folders and links`,
        );
      }
      entry.resume();
    }
    await source;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SourceFetchError) throw error;
    unpack.destroy();
    // Why the stream broke off rather than that it did.
    const cause = await source.then(
      () => error,
      reason => reason,
    );
    if (cause instanceof SourceFetchError) throw cause;
    throw new SourceFetchError(
      'UnsupportedArtifact',
      `A layer of the artifact cannot be unpacked: ${cause}`,
    );
  } finally {
    unpack.destroy();
  }
}

/** A few bytes can stand for gigabytes, in headers as well as in files. */
function limitBytes(limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done(
        bytes > limit
          ? new SourceFetchError(
              'TooLarge',
              `A layer unpacks to more than ${limit} bytes`,
            )
          : null,
        chunk,
      );
    },
  });
}

/** A hard link names its target from the top of the archive, a symbolic one from where it is. */
function linkTarget(type: string, path: string, target: string): string {
  return type === 'symlink'
    ? target
    : posix.relative(
        posix.dirname(`/${path}`),
        posix.join('/', target.replace(/^(\.?\/)+/, '')),
      );
}

async function clear(into: StagingFolder, folder: string): Promise<void> {
  if (folder === '.') await into.clear();
  else await into.remove(folder);
}
