import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { resolveInside } from '../util/confinedFile';
import { compilePathPattern, isPathPattern } from '../text/pathPattern';

const MAX_MATCHES = 100_000;

/**
 * The files that a path of an evaluation stands for, sorted.
 *
 * @param file - path within the bundle, with slashes; may be a pattern
 * @throws Error when there are too many of them.
 */
export async function findRecordings(
  bundle: string,
  file: string,
): Promise<string[]> {
  if (!isPathPattern(file)) return [file];
  let found = [''];
  for (const part of file.split('/')) {
    const next = await Promise.all(
      found.map(folder => step(bundle, folder, part)),
    );
    found = next.flat();
    if (found.length > MAX_MATCHES) {
      throw new Error(`"${file}" matches more than ${MAX_MATCHES} files`);
    }
  }
  const files = await Promise.all(
    found.map(async name => {
      const info = await lstat(path.join(bundle, name)).catch(() => undefined);
      return info?.isFile() ? [name] : [];
    }),
  );
  return files.flat().sort();
}

async function step(
  bundle: string,
  folder: string,
  part: string,
): Promise<string[]> {
  if (!isPathPattern(part)) return [path.posix.join(folder, part)];
  const matches = compilePathPattern(part);
  if (!matches) return [];
  let names: string[];
  try {
    names = await readdir(await resolveInside(bundle, folder));
  } catch {
    // Not every match of the first part is a folder, and links may lead out of the bundle.
    return [];
  }
  return names
    .filter(
      // As shells do: what begins with a dot is meant only where the dot is written.
      name => matches(name) && (!name.startsWith('.') || part.startsWith('.')),
    )
    .map(name => path.posix.join(folder, name));
}
