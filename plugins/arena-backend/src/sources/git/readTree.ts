import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { buffer } from 'node:stream/consumers';
import { safePath } from '../staging/safePath';
import { StagingFolder } from '../staging/StagingFolder';
import { WorkspaceLimits } from '../workspace/WorkspaceLimits';
import { ByteReader } from './ByteReader';
import { GitWorkFolder } from './GitWorkFolder';

const EXECUTABLE = '100755';
const LINK = '120000';
const SUBMODULE = '160000';

interface TreeEntry {
  mode: string;
  sha: string;
  size: number;
  path: string;
}

/** Options of {@link readTree}. */
export interface ReadTreeOptions {
  git: GitWorkFolder;
  commit: string;
  /** Folder of the repository; empty: all of it. */
  path: string;
  into: StagingFolder;
  limits: WorkspaceLimits;
  signal: AbortSignal;
}

/**
 * Writes the files of a commit into a folder.
 *
 * @remarks
 * From git's objects rather than by a checkout, which would obey attributes, filters and settings of the repository.
 */
export async function readTree(options: ReadTreeOptions): Promise<void> {
  const { git, into, signal } = options;
  const entries = await listTree(options);
  const blobs = git.start(['cat-file', '--batch']);
  const output = new ByteReader(blobs.stdout);
  try {
    for (const { sha, path, mode } of entries) {
      blobs.stdin.write(`${sha}\n`);
      const [, type, size] = (await output.line()).split(' ');
      if (type !== 'blob') {
        throw new SourceFetchError(
          'Interrupted',
          `"${path}" is missing in what the server sent`,
        );
      }
      const content = output.bytes(Number(size));
      if (mode === LINK) {
        into.addLink(path, (await buffer(content)).toString('utf8'));
      } else {
        const executable = mode === EXECUTABLE;
        await into.addFile(path, content, { executable, signal });
      }
      await output.line();
    }
    blobs.stdin.end();
    await blobs.ended;
  } catch (error) {
    // Why git said no more says more than that it did not.
    if (output.isOver) await blobs.ended;
    blobs.kill();
    signal.throwIfAborted();
    throw error;
  }
}

/** The files of the folder, once it is known that they may be a bundle. */
async function listTree(options: ReadTreeOptions): Promise<TreeEntry[]> {
  const { git, commit, path, limits } = options;
  const folder = path === '' ? '' : safePath(path);
  const tree = `${commit}:${folder}`;
  const type = await git.run(['cat-file', '-t', tree]).catch(error => {
    if (reasonOf(error) === 'PathNotFound') return '';
    throw error;
  });
  if (type.trim() !== 'tree') {
    throw new SourceFetchError(
      'PathNotFound',
      `spec.git.path: Not found: "${path}": the repository has no such folder at ${commit.slice(
        0,
        12,
      )}`,
    );
  }
  const listing = await git.run(['ls-tree', '-r', '-l', '-z', tree]);
  const entries = listing.split('\0').filter(Boolean).map(parseEntry);
  const { maxFiles, maxFileBytes, maxTotalBytes } = limits;
  let total = 0;
  for (const entry of entries) {
    total += entry.size;
    if (entry.mode === SUBMODULE) {
      throw new SourceFetchError(
        'Submodule',
        `"${entry.path}" is a submodule: submodules are not fetched. Make it a source of its own, or choose a folder without it with spec.git.path`,
      );
    }
    if (entry.mode === LINK && entry.size > 4_096) {
      throw new SourceFetchError(
        'UnsafeLink',
        `"${entry.path}" is a link to a path of ${entry.size} bytes`,
      );
    }
    if (entry.size > maxFileBytes) {
      throw tooLarge(
        `"${entry.path}" has ${entry.size} bytes, at most ${maxFileBytes} are allowed in one file (limit maxFileBytes)`,
      );
    }
  }
  if (entries.length > maxFiles) {
    throw tooLarge(
      `The folder has ${entries.length} files, at most ${maxFiles} are allowed (limit maxFiles). spec.git.path chooses a smaller one`,
    );
  }
  if (total > maxTotalBytes) {
    throw tooLarge(
      `The folder has ${total} bytes, at most ${maxTotalBytes} are allowed (limit maxTotalBytes). spec.git.path chooses a smaller one`,
    );
  }
  return entries;
}

/** `<mode> <type> <sha> <size>\t<path>`; the size of what is no file is a dash. */
function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode, , sha, size] = line.slice(0, tab).split(/ +/);
  return { mode, sha, size: Number(size) || 0, path: line.slice(tab + 1) };
}

function reasonOf(error: unknown): string | undefined {
  return error instanceof SourceFetchError ? error.reason : undefined;
}

function tooLarge(message: string): SourceFetchError {
  return new SourceFetchError('TooLarge', message);
}
