import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** Whether a path is a folder, or lies in it. Both are absolute. */
export function isInside(folder: string, file: string): boolean {
  const inside = path.relative(folder, file);
  return (
    inside !== '..' && !/^\.\.[\\/]/.test(inside) && !path.isAbsolute(inside)
  );
}

/**
 * The real path of something in a folder. What is in a bundle was written by others: neither names nor links may lead out of it.
 *
 * @throws Error when it does not exist or lies outside.
 */
export async function resolveInside(
  folder: string,
  name: string,
): Promise<string> {
  const real = await realpath(folder);
  const wanted = path.resolve(real, name);
  if (!isInside(real, wanted)) throw outside(name);
  let found: string;
  try {
    found = await realpath(wanted);
  } catch {
    throw new Error(`"${name}" does not exist`);
  }
  if (!isInside(real, found)) throw outside(name);
  return found;
}

/**
 * Reads a text file of a folder.
 *
 * @throws Error when there is no such file in the folder, or it is too large or no text.
 */
export async function readInside(
  folder: string,
  name: string,
  maxBytes: number,
): Promise<string> {
  const file = await resolveInside(folder, name);
  const info = await stat(file);
  // Opening a pipe would wait for a writer.
  if (!info.isFile()) throw new Error(`"${name}" is not a file`);
  if (info.size > maxBytes) {
    throw new Error(
      `"${name}" has ${info.size} bytes: allowed are at most ${maxBytes}`,
    );
  }
  const content = await readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new Error(`"${name}" is not UTF-8 text`);
  }
}

function outside(name: string): Error {
  return new Error(`"${name}" lies outside`);
}
