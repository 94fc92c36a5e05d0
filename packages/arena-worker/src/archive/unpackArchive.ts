import { createReadStream, writeFileSync } from 'node:fs';
import {
  copyFile,
  lstat,
  mkdir,
  open,
  realpath,
  symlink,
} from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';

/** The archive is damaged, or contains what must not be written to disk. */
export class ArchiveError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ArchiveError';
  }
}

export interface UnpackLimits {
  /** Most bytes of all files together. Default 1 GiB. */
  maxBytes?: number;
  /** Most entries. Default 100000. */
  maxEntries?: number;
}

/** Files up to this size are written in one piece: bundles have thousands, and each step of a stream costs more than they do. */
const SMALL_BYTES = 256 * 1024;

/** A link that is made once every file is in place. */
interface PendingLink {
  path: string;
  target: string;
  name: string;
}

/**
 * Unpacks a `tar.gz` file into an existing, empty folder.
 *
 * Archives come from other people. Nothing is written outside the folder: names with `..` or a leading slash are refused, and
 * links are only made after all files are written, so that no file can be written through one. A link whose real target lies
 * outside the folder is refused, as are devices and pipes.
 *
 * @throws ArchiveError
 */
export async function unpackArchive(
  archive: string,
  directory: string,
  limits: UnpackLimits = {},
): Promise<void> {
  const { maxBytes = 1024 ** 3, maxEntries = 100_000 } = limits;
  const root = await realpath(directory);
  const symlinks: PendingLink[] = [];
  const hardLinks: PendingLink[] = [];
  const folders = new Set<string>();
  const makeFolder = async (path: string) => {
    if (folders.has(path)) return;
    await mkdir(path, { recursive: true });
    folders.add(path);
  };
  let bytes = 0;
  let entries = 0;

  const unpack = extract();
  const source = pipeline(createReadStream(archive), createGunzip(), unpack);
  // An entry that the archive breaks off in the middle of would otherwise be waited for without end.
  const broken = new AbortController();
  source.catch(error => broken.abort(error));

  try {
    for await (const entry of unpack) {
      const { header } = entry;
      entries += 1;
      if (entries > maxEntries) {
        throw new ArchiveError(
          `The archive has more than ${maxEntries} entries`,
        );
      }
      const path = safeJoin(root, header.name, 'entry');
      switch (header.type) {
        case 'directory':
          await mkdir(path, { recursive: true });
          entry.resume();
          break;
        case 'symlink':
          symlinks.push({
            path,
            target: header.linkname ?? '',
            name: header.name,
          });
          entry.resume();
          break;
        case 'link':
          hardLinks.push({
            path,
            target: safeJoin(root, header.linkname ?? '', 'link target'),
            name: header.name,
          });
          entry.resume();
          break;
        case 'file':
        case 'contiguous-file':
          bytes += header.size ?? 0;
          if (bytes > maxBytes) {
            throw new ArchiveError(
              `The archive unpacks to more than ${maxBytes} bytes`,
            );
          }
          await makeFolder(dirname(path));
          await writeEntry(path, entry, header, broken.signal);
          break;
        default:
          throw new ArchiveError(
            `The archive's entry '${header.name}' is a ${header.type}: allowed are files, folders and links`,
          );
      }
    }
    await source;
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    const cause = broken.signal.aborted ? broken.signal.reason : error;
    throw new ArchiveError(
      `The archive cannot be unpacked: ${
        cause instanceof Error ? cause.message : String(cause)
      }`,
      { cause },
    );
  }

  for (const link of hardLinks) await makeHardLink(link);
  // All folders first: a folder that exists can then not be replaced by a link that later links would be written through.
  for (const link of symlinks) {
    await mkdir(dirname(link.path), { recursive: true });
  }
  for (const link of symlinks) await makeSymlink(link);
  // Links may lead through each other, so where they really end is only known once all are there.
  for (const link of symlinks) await verifyLink(root, link);
}

function safeJoin(root: string, name: string, what: string): string {
  const path = resolve(root, name);
  const outside =
    name === '' ||
    name.includes('\0') ||
    name.startsWith('/') ||
    name.split(/[\\/]/).includes('..') ||
    !isInside(root, path);
  if (outside) {
    throw new ArchiveError(
      `The archive's ${what} '${name}' does not stay inside the bundle`,
    );
  }
  return path;
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

async function writeEntry(
  path: string,
  content: AsyncIterable<unknown>,
  header: Header,
  signal: AbortSignal,
): Promise<void> {
  // Only whether it may be executed is taken over from the archive.
  const executable = ((header.mode ?? 0) & 0o111) !== 0;
  const mode = executable ? 0o755 : 0o644;
  if ((header.size ?? Infinity) <= SMALL_BYTES) {
    const chunks: Uint8Array[] = [];
    const collect = async (source: AsyncIterable<unknown>) => {
      for await (const chunk of source) {
        if (!(chunk instanceof Uint8Array)) throw new Error('No bytes');
        chunks.push(chunk);
      }
    };
    await pipeline(content, collect, { signal });
    writeFileSync(path, Buffer.concat(chunks), { mode });
    return;
  }
  const file = await open(path, 'w', mode);
  await pipeline(content, file.createWriteStream(), { signal });
}

async function makeHardLink(link: PendingLink): Promise<void> {
  const target = await lstat(link.target).catch(() => undefined);
  if (!target?.isFile()) {
    throw new ArchiveError(
      `The archive's link '${link.name}' does not lead to a file of the bundle`,
    );
  }
  await mkdir(dirname(link.path), { recursive: true });
  await copyFile(link.target, link.path);
}

async function makeSymlink(link: PendingLink): Promise<void> {
  if (link.target === '' || link.target.startsWith('/')) {
    throw new ArchiveError(
      `The archive's link '${link.name}' leads out of the bundle`,
    );
  }
  try {
    await symlink(link.target, link.path);
  } catch (error) {
    throw new ArchiveError(
      `The archive's link '${link.name}' cannot be made: ${error}`,
      { cause: error },
    );
  }
}

async function verifyLink(root: string, link: PendingLink): Promise<void> {
  let target: string;
  try {
    target = await realpath(link.path);
  } catch (error) {
    throw new ArchiveError(`The archive's link '${link.name}' leads nowhere`, {
      cause: error,
    });
  }
  if (!isInside(root, target)) {
    throw new ArchiveError(
      `The archive's link '${link.name}' leads out of the bundle, to '${join(
        '..',
        relative(dirname(root), target),
      )}'`,
    );
  }
}
