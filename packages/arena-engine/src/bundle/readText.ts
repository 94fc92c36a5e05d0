import { readFileSync, statSync } from 'node:fs';

/** Largest file of a bundle that is read. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/**
 * Reads a text file. Looks before it reads: what is named like a file may be a pipe, or endless. A bundle has thousands of small
 * files, and the way through the thread pool and back takes many times longer than reading one.
 *
 * @param name - what messages call the file
 * @throws Error when it is no file, no UTF-8 text, or too large.
 */
export function readText(name: string, path: string): string {
  // Opening a pipe would wait for a writer.
  const info = statSync(path);
  if (!info.isFile()) throw new Error(`"${name}" is not a file`);
  if (info.size > MAX_FILE_BYTES) {
    throw new Error(
      `File "${name}" has ${info.size} bytes: allowed are at most ${MAX_FILE_BYTES}`,
    );
  }
  const content = readFileSync(path);
  try {
    // Drops a byte order mark, too.
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new Error(`File "${name}" is not UTF-8 text`);
  }
}
