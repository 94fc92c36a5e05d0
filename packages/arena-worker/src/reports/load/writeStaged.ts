import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WrittenReport } from '../ReportFiles';

/**
 * Lets files appear under their names only when all of them are whole.
 *
 * @param directory - exists
 * @param options.below - where files are meanwhile, on the same disk; default: the directory
 * @param write - writes files into the folder that it is given, and tells of them
 * @returns the files where they are now
 */
export async function writeStaged(
  directory: string,
  write: (folder: string) => Promise<WrittenReport[]>,
  options: { below?: string } = {},
): Promise<WrittenReport[]> {
  // Within, so that the last step is on one disk.
  const folder = await mkdtemp(join(options.below ?? directory, '.loadtest-'));
  try {
    const files = await write(folder);
    const moved = files.map(file => ({
      ...file,
      path: join(directory, file.name),
    }));
    // The first comes last: whoever finds it finds all.
    for (const [i, { path }] of [...moved.entries()].reverse()) {
      await rename(files[i].path, path);
    }
    return moved;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
