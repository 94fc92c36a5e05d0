import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The `package.json` of a folder. */
export async function manifestOf(folder) {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
}
